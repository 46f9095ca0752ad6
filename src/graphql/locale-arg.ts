/** Options of `@Arg` for the argument `locale`, which each GraphQL field that returns a text has. */
export const localeArg = {
  nullable: true,
  description: 'Language wished for; the request’s by default.',
} as const;
