import { isIP } from 'node:net';
import { isAbsolute } from 'node:path';

/** The parts of a DATABASE_URL. */
export interface DatabaseUrl {
  /**
   * The servers in the order in which they are tried; at least one. `host` is a name, an IP address without brackets, or
   * the absolute path of a folder with a Unix socket.
   */
  hosts: Array<{ host: string; port: number }>;
  /** Name of the user; undefined where the URL names none. */
  user: string | undefined;
  password: string | undefined;
  /** Name of the database; the name of the user where the URL names none, as in libpq. */
  database: string | undefined;
  /** The other parameters of the query string, such as `sslmode`; each name is one of those in OPTIONS. */
  options: Record<string, string>;
}

/**
 * A text that is no URL of a PostgreSQL database. The message is one line that goes on after the name of the setting
 * ("must …"), and never repeats a part of the text, as any part may belong to the password.
 */
export class DatabaseUrlError extends Error {}

const DEFAULT_PORT = 5432;
const ESCAPE_HINT = 'in a user name or password, write @ : / ? # and % as %40 %3A %2F %3F %23 and %25';
const EXAMPLE = 'postgres://user:password@host:5432/database';

type Check = (value: string) => string | undefined;
const anything: Check = () => undefined;
const oneOf =
  (...values: string[]): Check =>
  (value) =>
    values.includes(value) ? undefined : `must be ${values.join(', ')}`;
const seconds: Check = (value) => (/^\d{1,6}$/.test(value) ? undefined : 'must be a whole number of seconds');
const file: Check = (value) => (value === '' ? 'must name a file' : undefined);

/** Parameters that may stand behind the question mark; all others are refused, as a misspelt `sslmode` would be. */
const OPTIONS: Record<string, Check> = {
  target_session_attrs: (value) =>
    ['read-write', 'primary', 'any'].includes(value)
      ? undefined
      : 'must be read-write, primary or any, as the program writes to the database',
  load_balance_hosts: oneOf('disable', 'random'),
  sslmode: oneOf('disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'),
  ssl: oneOf('true', 'false', '1', '0'),
  sslrootcert: file,
  sslcert: file,
  sslkey: file,
  sslnegotiation: oneOf('postgres', 'direct'),
  uselibpqcompat: oneOf('true', 'false'),
  channel_binding: oneOf('disable', 'prefer', 'require'),
  connect_timeout: seconds,
  keepalives: oneOf('0', '1'),
  keepalives_idle: seconds,
  application_name: anything,
  fallback_application_name: anything,
  client_encoding: (value) => (/^utf-?8$/i.test(value) ? undefined : 'must be UTF8'),
  options: anything,
};

/** Parameters that stand for a part of the URL before the question mark, which they override. */
const PARTS = ['host', 'port', 'user', 'password', 'dbname'] as const;

/**
 * Reads a connection URI in the form of PostgreSQL's libpq,
 * `postgres://user:password@host1:5432,host2:5432/database?target_session_attrs=read-write`. Throws DatabaseUrlError.
 */
export function parseDatabaseUrl(text: string): DatabaseUrl {
  const [, rest] = /^postgres(?:ql)?:\/\/(.*)$/s.exec(text) ?? [];
  if (rest === undefined) throw new DatabaseUrlError(`must start with postgres://, as in ${EXAMPLE}`);
  // Control characters and line breaks, such as those at the end of a secret's file, belong to no part.
  if (/[^\P{C}]/u.test(rest)) throw new DatabaseUrlError('must be one line without control characters');
  const [before = '', query] = splitAt(rest, rest.indexOf('?'));
  const [authority = '', path] = splitAt(before, before.indexOf('/'));
  const [credentials, hostList] =
    authority.lastIndexOf('@') < 0 ? [undefined, authority] : splitAt(authority, authority.lastIndexOf('@'));
  const [user, password] = credentials === undefined ? [] : splitAt(credentials, credentials.indexOf(':'));
  const { parts, options } = readQuery(query ?? '');
  const name = parts.user ?? (user ? decoded(user, 'user name') : undefined);
  return {
    hosts: readHosts(hostList ?? '', parts),
    user: name,
    password: parts.password ?? (password === undefined ? undefined : decoded(password, 'password')),
    database: parts.dbname ?? (path ? decoded(path, 'name of the database') : name),
    options,
  };
}

/** The texts before and behind the character at `index`; the second is undefined where there is no such character. */
function splitAt(text: string, index: number): [string, string | undefined] {
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)];
}

function decoded(text: string, what: string): string {
  let value: string;
  try {
    value = decodeURIComponent(text);
  } catch {
    throw new DatabaseUrlError(
      `has a % in its ${what} that is not followed by two hexadecimal digits of UTF-8 (${ESCAPE_HINT})`,
    );
  }
  if (/[^\P{C}]/u.test(value)) throw new DatabaseUrlError(`has a control character in its ${what}`);
  return value;
}

function readQuery(query: string): { parts: Partial<Record<string, string>>; options: Record<string, string> } {
  const parts: Partial<Record<string, string>> = {};
  const options: Record<string, string> = {};
  for (const [index, item] of query === '' ? [] : query.split('&').entries()) {
    const [key, value] = splitAt(item, item.indexOf('='));
    const place = `parameter ${index + 1}`;
    if (value === undefined)
      throw new DatabaseUrlError(`has no = in ${place} behind the question mark (${ESCAPE_HINT})`);
    const name = decoded(key, 'parameters');
    const isPart = (PARTS as readonly string[]).includes(name);
    // Names of properties that every object has, such as `constructor`, are no options.
    const check = Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined;
    if (!isPart && check === undefined)
      throw new DatabaseUrlError(
        `has an unknown name in ${place} behind the question mark; known are ${[...PARTS, ...Object.keys(OPTIONS)].join(', ')} (${ESCAPE_HINT})`,
      );
    const into = isPart ? parts : options;
    if (into[name] !== undefined) throw new DatabaseUrlError(`has the parameter ${name} twice`);
    into[name] = decoded(value, `parameter ${name}`);
    const problem = check?.(into[name]);
    if (problem !== undefined) throw new DatabaseUrlError(`has a wrong parameter: ${name} ${problem}`);
  }
  return { parts, options };
}

/**
 * The hosts of the URL, or those of the parameters `host` and `port`. As in libpq, a list of ports has one port for each
 * host, or one for all.
 */
function readHosts(hostList: string, parts: Partial<Record<string, string>>): DatabaseUrl['hosts'] {
  const entries =
    parts.host === undefined
      ? hostList.split(',').map((entry, index) => readHost(entry, index + 1))
      : parts.host.split(',').map((host, index) => ({ host: checkedHost(host, index + 1), port: undefined }));
  const ports = parts.port?.split(',').map((port, index) => checkedPort(port, index + 1));
  if (ports !== undefined && ports.length !== 1 && ports.length !== entries.length)
    throw new DatabaseUrlError(`has ${entries.length} hosts but ${ports.length} ports`);
  return entries.map(({ host, port }, index) => ({
    host,
    port: (ports?.length === 1 ? ports[0] : ports?.[index]) ?? port ?? DEFAULT_PORT,
  }));
}

function readHost(entry: string, number: number): { host: string; port: number | undefined } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(entry);
  if (bracketed) {
    const [, address = '', port] = bracketed;
    if (isIP(address) !== 6) throw new DatabaseUrlError(`has no IPv6 address in the brackets of host ${number}`);
    return { host: address, port: port ? checkedPort(port, number) : undefined };
  }
  const [host, port] = splitAt(entry, entry.indexOf(':'));
  return {
    host: checkedHost(decoded(host, `host ${number}`), number),
    port: port ? checkedPort(port, number) : undefined,
  };
}

function checkedHost(host: string, number: number): string {
  if (host === '') return 'localhost';
  if (isAbsolute(host)) return host;
  if (isIP(host) !== 0) return host;
  const isName = host.length <= 253 && /^[\p{L}\p{N}_]([\p{L}\p{N}._-]*[\p{L}\p{N}_.])?$/u.test(host);
  if (!isName || host.includes('..') || /^[\d.]+$/.test(host))
    throw new DatabaseUrlError(
      `has a host ${number} that is neither a host name, nor an IP address (IPv6 in brackets), nor a socket folder (${ESCAPE_HINT})`,
    );
  return host;
}

function checkedPort(port: string, number: number): number {
  const value = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  if (value < 1 || value > 65_535)
    throw new DatabaseUrlError(`must have a port from 1 to 65535 at host ${number} (${ESCAPE_HINT})`);
  return value;
}
