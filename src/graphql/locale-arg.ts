/** Options of the argument `locale` of a field that gives a text. */
export const localeArg = {
  nullable: true,
  description: 'Language wished for; the request’s by default.',
} as const;
