/**
 * An error of the embedded servers or of their data folder. The message tells the user what to do; `code` is stable.
 */
export class EmbeddedError extends Error {
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'EmbeddedError';
  }
}

/** Whether an error of Node's file and process functions has one of the given codes, such as `ENOENT`. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code);
}
