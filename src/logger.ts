import { pino, type Logger as Pino } from 'pino';

export type Logger = Pino;

/**
 * Structured JSON lines on stdout. Secrets are redacted by key, so that a careless log call cannot leak one;
 * submitted values and confidential texts are never logged at all.
 */
export function createLogger(level: string): Logger {
  return pino({
    level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: ['password', '*.password', 'token', '*.token', 'authorization', '*.authorization', 'secret', '*.secret', 'headers.cookie'],
      censor: '[redacted]',
    },
  });
}
