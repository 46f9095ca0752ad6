/** Error codes of Node's sockets and name resolution, with what they mean for a connection. */
const NETWORK: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was closed',
  EPIPE: 'the connection was closed',
  ETIMEDOUT: 'no answer came in time',
  EHOSTUNREACH: 'the host cannot be reached',
  EHOSTDOWN: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  EADDRNOTAVAIL: 'the address cannot be reached from here',
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the host name cannot be resolved at the moment',
  EAI_FAIL: 'the host name cannot be resolved',
  ENOENT: 'there is no socket',
  EACCES: 'the socket is not open to this user',
};

/** Messages of the driver's errors for connections that could not be opened or were lost; these errors have no code. */
const AWAY =
  /^(timeout expired|timeout exceeded when trying to connect|Connection terminated.*|Query read timeout|Client (has encountered|was closed).*|Received unexpected .* message.*|Unknown (authenticationOk|authentication|message).*)$/i;

/** What SQLSTATEs (PostgreSQL's appendix A) of a connection or of the set-up mean, and what to do. */
const STATES: Array<[pattern: RegExp, sentence: string]> = [
  [/^28/, 'The database refuses the user or the password. Correct DATABASE_URL.'],
  [/^3D000$/, 'The server has no database of the name in DATABASE_URL. Create it (UTF-8), or correct DATABASE_URL.'],
  [
    /^42501$/,
    'The user in DATABASE_URL lacks a right: the program needs an own database in which it may create schemas.',
  ],
  [/^25006$/, 'The database accepts no changes: it is a standby, or read-only. Name the primary in DATABASE_URL.'],
  [/^53300$/, 'The database has no connection left. End others, raise max_connections, or lower DATABASE_POOL.'],
  [/^53100$/, 'The database has no space left on its disk.'],
  [/^53/, 'The database lacks memory or another resource; see its log.'],
  [/^57P03$/, 'The database is starting up or stopping. Try again when it is ready.'],
  [/^(57P0|08)/, 'The connection to the database was lost; see its log, and try again.'],
];

interface Fault extends Error {
  code?: unknown;
  syscall?: unknown;
  address?: unknown;
  port?: unknown;
  hostname?: unknown;
  path?: unknown;
  driverError?: unknown;
  errors?: unknown;
}

/**
 * One line for people about an error of the connection to the database, with what to do; undefined for any other error.
 * It names the address, and never user or password.
 */
export function databaseFailure(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const fault = error as Fault;
  // A host name with several addresses gives one error for each; the first tells enough.
  if (Array.isArray(fault.errors) && fault.errors.length > 0) return databaseFailure(fault.errors[0]);
  if (fault.driverError instanceof Error && fault.driverError !== error) return databaseFailure(fault.driverError);
  const code = typeof fault.code === 'string' ? fault.code : '';
  if (code === 'NO_WRITABLE_HOST') return fault.message;
  if (isFromSocket(fault) && Object.hasOwn(NETWORK, code)) return away(addressOf(fault), NETWORK[code]!);
  if (AWAY.test(fault.message)) return away('', 'no answer came, or the connection was closed');
  if (/^SASL: .*password/.test(fault.message)) return 'The database asks for a password. Write one into DATABASE_URL.';
  if (/SSL connection/.test(fault.message))
    return `The connection to the database cannot be encrypted (${fault.message}). Correct sslmode in DATABASE_URL.`;
  if (/CERT|SELF_SIGNED|ERR_TLS|UNABLE_TO_/.test(code))
    return `The certificate of the database cannot be trusted (${code}). Correct sslmode or sslrootcert in DATABASE_URL.`;
  // Only errors that the PostgreSQL server reports have a severity. Other errors with a code, such as those of files,
  // are not about the database.
  if (!('severity' in fault)) return undefined;
  const [, sentence] = STATES.find(([pattern]) => pattern.test(code)) ?? [];
  return sentence === undefined ? undefined : `${sentence.slice(0, -1)} (${code}).`;
}

/**
 * True for an error of a network connection, which is told by the system call that failed; errors of files name others,
 * such as `open`.
 */
function isFromSocket({ syscall }: Fault): boolean {
  return ['connect', 'getaddrinfo', 'read', 'write'].includes(String(syscall));
}

function addressOf({ address, port, hostname }: Fault): string {
  if (typeof hostname === 'string') return ` at ${hostname}`;
  if (typeof address !== 'string') return '';
  if (typeof port !== 'number') return ` at ${address}`;
  return ` at ${address.includes(':') ? `[${address}]` : address}:${port}`;
}

const away = (where: string, why: string) =>
  `The database does not answer${where}: ${why}. Start it, or correct DATABASE_URL.`;
