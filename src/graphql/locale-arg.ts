/** Options of `@Arg` for the argument `locale` of GraphQL fields that return a bilingual text. */
export const localeArg = {
  nullable: true,
  description: 'Language wished for; the request’s by default.',
} as const;
