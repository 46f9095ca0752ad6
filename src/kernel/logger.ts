import { pino, type DestinationStream, type Logger as Pino } from 'pino';

export type Logger = Pino;

/**
 * Describes an error for the log: class, message, stack and database codes. Quoted parts of the messages of database
 * errors and of syntax errors are masked, because they repeat submitted values.
 */
export function describeFault(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const details = error as Error & { code?: unknown; constraint?: unknown; table?: unknown; column?: unknown };
  const quotes =
    (typeof details.code === 'string' && /^[0-9A-Z]{5}$/.test(details.code)) || error instanceof SyntaxError;
  const mask = (text: string) =>
    quotes ? text.replaceAll(error.message, error.message.replace(/"[^"]*"?/g, '"…"')) : text;
  return {
    type: error.name,
    message: mask(error.message),
    stack: mask(error.stack ?? ''),
    ...Object.fromEntries(
      (['code', 'constraint', 'table', 'column'] as const).flatMap((key) =>
        typeof details[key] === 'string' ? [[key, details[key]]] : [],
      ),
    ),
    ...(error.cause instanceof Error ? { cause: describeFault(error.cause) } : {}),
  };
}

/**
 * Creates a logger of JSON lines on stdout or another destination. Values under the keys of known secrets are redacted,
 * so that a careless log call does not leak a secret. Submitted values and confidential texts must not be logged at
 * all.
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: [
        'password',
        '*.password',
        'token',
        '*.token',
        'authorization',
        '*.authorization',
        'secret',
        '*.secret',
        'headers.cookie',
      ],
      censor: '[redacted]',
    },
    serializers: { err: describeFault },
  };
  return destination ? pino(options, destination) : pino(options);
}
