import type { Actor, Call, Case, UploadedFile } from './types.js';

/** A case with constant variables. */
export const fixed = (label: string, variables: Record<string, unknown> = {}): Case => ({
  label,
  call: () => ({ variables }),
});

/** A case of a mutation with an input only. */
export const on = (
  label: string,
  make: (actor: Actor) => Promise<Record<string, unknown>> | Record<string, unknown>,
  more: Partial<Case> = {},
): Case => ({
  label,
  call: async (actor) => ({ variables: { input: await make(actor) } }),
  ...more,
});

/** A case of a mutation with an input and a file. */
export const uploading = (
  label: string,
  file: UploadedFile,
  input: () => Promise<Record<string, unknown>> | Record<string, unknown>,
): Case => ({
  label,
  call: async (): Promise<Call> => ({ variables: { input: await input() }, file }),
});

/** For calls that end or change the account or its rights: they are made by another person in the same role. */
export const asAnother = { fresh: true } as const;

/** The label without its first word, the name of the type. */
export const short = (label: string): string => label.slice(label.indexOf(' ') + 1);

/** The reason why a type that represents a refusal needs no subject. */
export const REFUSED = 'why a call was refused; given by its own mutation alone';
