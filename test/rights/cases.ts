import type { Actor, Call, Case, UploadedFile } from './types.js';

/** A case whose variables depend on nothing. */
export const fixed = (label: string, variables: Record<string, unknown> = {}): Case => ({
  label,
  call: () => ({ variables }),
});

/** A case of a mutation that needs its input alone. */
export const on = (
  label: string,
  make: (actor: Actor) => Promise<Record<string, unknown>> | Record<string, unknown>,
  more: Partial<Case> = {},
): Case => ({
  label,
  call: async (actor) => ({ variables: { input: await make(actor) } }),
  ...more,
});

/** A case of a mutation that needs its input and a file. */
export const uploading = (
  label: string,
  file: UploadedFile,
  input: () => Promise<Record<string, unknown>> | Record<string, unknown>,
): Case => ({
  label,
  call: async (): Promise<Call> => ({ variables: { input: await input() }, file }),
});

/** For a call that ends or changes the account or its rights: it is made by another person of the role. */
export const asAnother = { fresh: true } as const;

/** A label without the name of its type. */
export const short = (label: string): string => label.slice(label.indexOf(' ') + 1);

/** Why a type that only refuses needs no subject. */
export const REFUSED = 'why a call was refused; given by its own mutation alone';
