import { isIP } from 'node:net';
import { z } from 'zod';
import { DatabaseUrlError, parseDatabaseUrl } from './database-url.js';

/**
 * Parsers of the kinds of settings. Each refuses a value with which the program could not work, in one sentence that
 * goes on after the name of the setting ("must …") and never repeats the value, as some values are secrets.
 */

/** A parser from a function that returns the setting's value, or undefined for a text that is refused. */
const parsed = <T>(rule: string, parse: (text: string) => T | undefined) =>
  z.string().transform((text, ctx): T => {
    const value = parse(text.trim());
    if (value !== undefined) return value;
    ctx.addIssue(rule);
    return z.NEVER;
  });

const items = (text: string) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);

/** Whether a text holds control, format or unassigned characters (Unicode category C), such as a line break. */
const hasControls = (text: string) => /[^\P{C}]/u.test(text);

export const flag = parsed('must be true or false', (text) =>
  ['true', '1'].includes(text) ? true : ['false', '0'].includes(text) ? false : undefined,
);

export const choice = <const T extends string>(...values: T[]) =>
  parsed(`must be one of ${values.join(', ')}`, (text) => values.find((value) => value === text));

export const whole = (min: number, max: number) =>
  parsed(`must be a whole number from ${min} to ${max}`, (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    return value >= min && value <= max ? value : undefined;
  });

/** A text that matches a pattern; unlike other settings, it is not trimmed. */
export const text = (pattern: RegExp, rule: string) => z.string().regex(pattern, rule);

/** A credential that is sent in an HTTP header: at least `min` characters, all visible ASCII. */
export const credential = (min: number) =>
  parsed(`must have at least ${min} characters, all of them visible ASCII without spaces`, (value) =>
    value.length >= min && /^[\x21-\x7e]+$/.test(value) ? value : undefined,
  );

const urlOf = (value: string, ...protocols: string[]): URL | undefined => {
  // The parser of URLs drops line breaks and tabs, and takes `http:host` for `http://host`.
  if (hasControls(value) || /\s/.test(value) || !/^[a-z]+:\/\/[^/]/i.test(value) || !URL.canParse(value))
    return undefined;
  const url = new URL(value);
  return protocols.includes(url.protocol) && isHost(url.hostname) ? url : undefined;
};

/**
 * The base address of a site or server, to which paths are appended: http or https, without user, query and fragment.
 */
export const httpAddress = (example: string) =>
  parsed(`must be an http:// or https:// address such as ${example}, without user, query and fragment`, (value) => {
    const url = urlOf(value, 'http:', 'https:');
    return url && url.username === '' && url.password === '' && !/[?#]/.test(value) ? value : undefined;
  });

export const smtpAddress = parsed(
  'must be an smtp:// or smtps:// address such as smtps://user:password@mail.example.org:465, with %-escapes in user and password',
  (value) => {
    const url = urlOf(value, 'smtp:', 'smtps:');
    if (!url || !['', '/'].includes(url.pathname) || url.hash !== '') return undefined;
    try {
      decodeURIComponent(`${url.username}${url.password}`);
      return value;
    } catch {
      return undefined;
    }
  },
);

/** Origins as browsers send them, or `*`. */
export const origins = parsed(
  'must be origins such as https://pool.example.org (scheme, host and port; no path), comma-separated, or *',
  (value) => {
    const list = items(value).map((item) => (item === '*' ? item : originOf(item)));
    return list.every((item) => item !== undefined) ? list : undefined;
  },
);

/** The origin as browsers write it: in lower case and without the scheme's own port. */
function originOf(value: string): string | undefined {
  const url = urlOf(value, 'http:', 'https:');
  return url && url.username === '' && url.password === '' && !/^[a-z]+:\/\/[^/]*[/?#]/i.test(value)
    ? url.origin
    : undefined;
}

/** One mailbox: an address, or a name and the address in angle brackets. */
export const mailbox = parsed('must be one address such as Techpool <no-reply@pool.example.org>', (value) => {
  const [, quoted, plain, bracketed, bare] =
    /^(?:(?:"([^"\\]*)"|([^"<>@,;:()\\[\]]*))\s*<([^<>\s]+)>|([^<>\s]+))$/.exec(value) ?? [];
  const [local = '', domain = '', ...more] = (bracketed ?? bare ?? '').split('@');
  const sound =
    !hasControls(`${quoted ?? ''}${plain ?? ''}`) &&
    more.length === 0 &&
    local.length <= 64 &&
    /^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u.test(local) &&
    isHostName(domain);
  return sound ? value : undefined;
});

/** The address on which the server listens: an IP address or a host name. */
export const listenHost = parsed('must be an IP address or a host name, such as 127.0.0.1 or 0.0.0.0', (value) =>
  isIP(value) !== 0 || isHostName(value) ? value : undefined,
);

function isHost(host: string): boolean {
  return host.startsWith('[') ? isIP(host.slice(1, -1)) === 6 : isIP(host) === 4 || isHostName(host);
}

/** Whether a text has the form of a DNS name; a text of digits and dots alone would be an IPv4 address. */
function isHostName(name: string): boolean {
  return (
    name.length <= 253 &&
    !/^[\d.]+$/.test(name) &&
    /^[\p{L}\p{N}_]([\p{L}\p{N}_-]{0,62})?(\.[\p{L}\p{N}_]([\p{L}\p{N}_-]{0,62})?)*\.?$/u.test(name)
  );
}

const MAX_PATH = 4000;

/** The path of a file or folder; relative paths are resolved by the reader of the setting. */
export const path = parsed('must be the path of a file or folder', (value) =>
  value !== '' && value.length <= MAX_PATH && !hasControls(value) && !/^[a-z][a-z0-9+.-]*:\/\//i.test(value)
    ? value
    : undefined,
);

/** Checks DATABASE_URL and leaves it as it is; connections are made from its parts. */
export const databaseUrl = z.string().superRefine((value, ctx) => {
  try {
    parseDatabaseUrl(value);
  } catch (error) {
    if (!(error instanceof DatabaseUrlError)) throw error;
    ctx.addIssue(error.message);
  }
});

/**
 * Reverse proxies whose statement of the client's address is trusted. `true` is refused: a server that trusts every
 * proxy lets any client claim any IP address.
 */
export const proxies = parsed(
  'must be false, the number of reverse proxies in front (such as 1), or their addresses or CIDR ranges, comma-separated',
  (value): false | number | string[] | undefined => {
    if (['false', '0', ''].includes(value)) return false;
    if (/^[1-9]\d?$/.test(value)) return Number(value);
    const entries = items(value);
    return entries.length > 0 && entries.every(isNetwork) ? entries : undefined;
  },
);

function isNetwork(network: string): boolean {
  const [address = '', bits, ...rest] = network.split('/');
  const family = isIP(address);
  return (
    family !== 0 &&
    !address.includes('%') &&
    rest.length === 0 &&
    (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32)))
  );
}
