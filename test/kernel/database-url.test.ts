import { describe, expect, it } from 'vitest';
import { DatabaseUrlError, parseDatabaseUrl } from '../../src/kernel/database-url.js';

/** Issue 16, points 7 and 8: DATABASE_URL is read in the form of libpq, and a malformed one is refused in one line. */

const plain = { user: 'u', password: 'p', database: 'db', options: {} };

describe('parseDatabaseUrl', () => {
  it.each([
    ['postgres://u:p@h:5433/db', { ...plain, hosts: [{ host: 'h', port: 5433 }] }],
    ['postgresql://u:p@h/db', { ...plain, hosts: [{ host: 'h', port: 5432 }] }],
    [
      'postgres://u:p@h1:5432,h2:6432/db?target_session_attrs=read-write',
      {
        ...plain,
        hosts: [
          { host: 'h1', port: 5432 },
          { host: 'h2', port: 6432 },
        ],
        options: { target_session_attrs: 'read-write' },
      },
    ],
    [
      'postgres://u:p@[::1]:5433,[2001:db8::2],10.0.0.3/db',
      {
        ...plain,
        hosts: [
          { host: '::1', port: 5433 },
          { host: '2001:db8::2', port: 5432 },
          { host: '10.0.0.3', port: 5432 },
        ],
      },
    ],
    [
      'postgres://u:p@h1,h2/db?port=6000',
      {
        ...plain,
        hosts: [
          { host: 'h1', port: 6000 },
          { host: 'h2', port: 6000 },
        ],
      },
    ],
    [
      'postgres:///db?host=/var/run/postgresql,db_2.internal&port=5432,5433&user=u&password=p',
      {
        ...plain,
        hosts: [
          { host: '/var/run/postgresql', port: 5432 },
          { host: 'db_2.internal', port: 5433 },
        ],
      },
    ],
    ['postgres://u:p@%2Fvar%2Frun/db', { ...plain, hosts: [{ host: '/var/run', port: 5432 }] }],
    ['postgres://u:p@/db', { ...plain, hosts: [{ host: 'localhost', port: 5432 }] }],
    ['postgres://u:p@h', { ...plain, database: 'u', hosts: [{ host: 'h', port: 5432 }] }],
    [
      'postgres://h',
      {
        user: undefined,
        password: undefined,
        database: undefined,
        options: {},
        hosts: [{ host: 'h', port: 5432 }],
      },
    ],
    [
      'postgres://a%40b:p%3A%2f%25@h/d%62?sslmode=require&application_name=a%26b',
      {
        user: 'a@b',
        password: 'p:/%',
        database: 'db',
        hosts: [{ host: 'h', port: 5432 }],
        options: { sslmode: 'require', application_name: 'a&b' },
      },
    ],
    ['postgres://u:p@ss#1 &:x@h/db', { ...plain, password: 'p@ss#1 &:x', hosts: [{ host: 'h', port: 5432 }] }],
    [
      'postgres://u:密码@数据库.example/库',
      { user: 'u', password: '密码', database: '库', options: {}, hosts: [{ host: '数据库.example', port: 5432 }] },
    ],
  ])('reads %s', (text, expected) => {
    expect(parseDatabaseUrl(text)).toEqual(expected);
  });

  // The password of each is the word S3CRET, so that a message that repeats a part of the text is found.
  it.each([
    ['', 'must start with postgres://'],
    ['S3CRET', 'must start with postgres://'],
    ['mysql://u:S3CRET@h/db', 'must start with postgres://'],
    ['postgres:/u:S3CRET@h/db', 'must start with postgres://'],
    [' postgres://u:S3CRET@h/db', 'must start with postgres://'],
    ['postgres://u:S3CRET@h/db\n', 'must be one line'],
    ['postgres://u:S3CRET@h\u0000/db', 'must be one line'],
    ['postgres://u:S3CRET%@h/db', 'has a % in its password'],
    ['postgres://u:S3CRET%ff@h/db', 'has a % in its password'],
    ['postgres://u:S3CRET%00@h/db', 'has a control character in its password'],
    ['postgres://u:S3CRET/x@h/db', 'must have a port from 1 to 65535 at host 1'],
    ['postgres://u:S3CRET?x@h/db', 'has no = in parameter 1'],
    ['postgres://u?S3CRET@h/db', 'has no = in parameter 1'],
    ['postgres://u?S3CRET=x@h/db', 'has an unknown name in parameter 1'],
    ['postgres://u:S3CRET@h:0/db', 'port from 1 to 65535 at host 1'],
    ['postgres://u:S3CRET@h1,h2:65536/db', 'port from 1 to 65535 at host 2'],
    ['postgres://u:S3CRET@h:54a2/db', 'port from 1 to 65535 at host 1'],
    ['postgres://u:S3CRET@h ost/db', 'host 1 that is neither'],
    ['postgres://u:S3CRET@h1,h..2/db', 'host 2 that is neither'],
    ['postgres://u:S3CRET@999.1.1.1/db', 'host 1 that is neither'],
    ['postgres://u:S3CRET@::1/db', 'port from 1 to 65535 at host 1'],
    ['postgres://u:S3CRET@[h]/db', 'no IPv6 address in the brackets of host 1'],
    ['postgres://u:S3CRET@h/db?sslmod=require', 'has an unknown name in parameter 1'],
    ['postgres://u:S3CRET@h/db?constructor=x', 'has an unknown name in parameter 1'],
    ['postgres://u:S3CRET@h/db?sslmode=on', 'sslmode must be disable'],
    ['postgres://u:S3CRET@h/db?target_session_attrs=standby', 'target_session_attrs must be read-write'],
    ['postgres://u:S3CRET@h/db?connect_timeout=soon', 'connect_timeout must be a whole number of seconds'],
    ['postgres://u:S3CRET@h/db?sslmode=require&sslmode=disable', 'has the parameter sslmode twice'],
    ['postgres://u:S3CRET@h1,h2,h3/db?port=1,2', 'has 3 hosts but 2 ports'],
    ['postgres://u@h/db?password=S3CRET&port=x', 'port from 1 to 65535 at host 1'],
  ])('refuses %j in one line without the password', (text, expected) => {
    let error: unknown;
    try {
      parseDatabaseUrl(text);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(DatabaseUrlError);
    const { message, stack, cause } = error as Error;
    expect(message).toContain(expected);
    expect(message).not.toContain('\n');
    expect(`${message}${stack}${String(cause)}`).not.toContain('S3CRET');
  });

  it('throws nothing else, and never the text, for broken forms of a right URL', () => {
    const right = 'postgres://user:S3CRET@h1:5432,[::1]:5433/db?sslmode=require&application_name=x';
    const odd = ['', '@', ':', '/', '?', '#', '%', '%4', '[', ']', ',', '=', '&', ' ', '\t', '\u0000', '密', '\ud800'];
    let refused = 0;
    for (let at = 0; at <= right.length; at += 1)
      for (const text of odd)
        for (const cut of [0, 1]) {
          const broken = right.slice(0, at) + text + right.slice(at + cut);
          try {
            const { hosts } = parseDatabaseUrl(broken);
            expect(hosts.every(({ host, port }) => host !== '' && port > 0 && port < 65_536)).toBe(true);
          } catch (error) {
            refused += 1;
            expect(error).toBeInstanceOf(DatabaseUrlError);
            expect((error as Error).message).not.toMatch(/S3C|CRET|\n/);
          }
        }
    expect(refused).toBeGreaterThan(500);
  });
});
