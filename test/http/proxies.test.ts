import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../src/kernel/config.js';
import { clientAddress, proxyTrust } from '../../src/http/proxies.js';

describe('TRUST_PROXY', () => {
  it.each([
    ['', false],
    ['false', false],
    ['0', false],
    ['1', 1],
    ['2', 2],
    ['10.0.0.0/8, ::1', ['10.0.0.0/8', '::1']],
  ])('“%s” is read as %j', (text, trusted) => {
    expect(readConfig({ TRUST_PROXY: text }).trustProxy).toEqual(trusted);
  });

  it.each(['true', 'proxy', '10.0.0.0/33', '10.0.0.1/', '::/129', ',', '-1'])(
    '“%s” is refused in a sentence',
    (text) => {
      expect(() => readConfig({ TRUST_PROXY: text })).toThrow(
        /^TRUST_PROXY must be false, the number of reverse proxies in front/,
      );
    },
  );
});

describe('the address of a client', () => {
  it.each([
    [false as const, '203.0.113.9', '192.0.2.1', '203.0.113.9'],
    [1, '10.0.0.1', '192.0.2.1, 198.51.100.7', '198.51.100.7'],
    [2, '10.0.0.1', '192.0.2.1, 198.51.100.7, 10.0.0.2', '198.51.100.7'],
    [1, '10.0.0.1', undefined, '10.0.0.1'],
    [3, '10.0.0.1', '192.0.2.1', '192.0.2.1'],
    [['10.0.0.0/8'], '::ffff:10.0.0.1', '192.0.2.1, 198.51.100.7, 10.9.9.9', '198.51.100.7'],
    [['10.0.0.0/8'], '203.0.113.9', '192.0.2.1', '203.0.113.9'],
    [['fd00::/8'], 'fd00::1', '2001:db8::1', '2001:db8::1'],
    [['10.0.0.0/8'], '10.0.0.1', 'nonsense', 'nonsense'],
  ])('with TRUST_PROXY %j, from %s for “%s”, is %s', (trusted, peer, forwardedFor, address) => {
    expect(clientAddress(proxyTrust(trusted), peer, forwardedFor)).toBe(address);
  });
});

describe('a wrong variable', () => {
  it('is named in a plain sentence, one a line', () => {
    const read = () =>
      readConfig({
        PORT: 'x',
        DATABASE_POOL: '1.5',
        MAX_UPLOAD_MB: '0',
        SAMPLE: 'yes',
        LOG_LEVEL: 'loud',
        PUBLIC_URL: 'here',
        METRICS_TOKEN: 'short',
      });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(
      [
        'PORT must be a whole number from 0 to 65535.',
        'PUBLIC_URL must be an http:// or https:// address such as https://pool.example.org, without user, query and fragment.',
        'DATABASE_POOL must be a whole number from 2 to 200.',
        'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent.',
        'METRICS_TOKEN must have at least 16 characters, all of them visible ASCII without spaces.',
        'SAMPLE must be true or false.',
        'MAX_UPLOAD_MB must be a whole number from 1 to 2048.',
      ].join('\n'),
    );
    expect(() => readConfig({ PORT: '70000' })).toThrow(/^PORT must be a whole number from 0 to 65535\.$/);
  });
});
