import { pino, type DestinationStream, type Logger as Pino } from 'pino';

export type Logger = Pino;

/** What the log keeps of a fault: where and which, without the values that databases and parsers quote in their texts. */
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
 * Structured JSON lines on stdout, or another destination. Secrets are redacted by key, so that a careless log call cannot leak one;
 * submitted values and confidential texts are never logged at all.
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
