/** The two media types of GraphQL over HTTP. */
export const RESPONSE_TYPES = ['application/json', 'application/graphql-response+json'] as const;
export type ResponseType = (typeof RESPONSE_TYPES)[number];

interface Range {
  type: string;
  subtype: string;
  quality: number;
}

/**
 * Chooses the media type of the response by the client's Accept header (RFC 9110, 12.5.1); null when the client accepts
 * none of those offered.
 */
export function negotiateResponseType(accept: string | undefined): ResponseType | null {
  if (accept === undefined || accept.trim() === '') return 'application/json';
  const ranges = accept.split(',').flatMap(readRange);
  const wishes = RESPONSE_TYPES.flatMap((candidate) => {
    const [type, subtype] = candidate.split('/') as [string, string];
    const matches = ranges
      .map((range, order) => ({
        quality: range.quality,
        order,
        specificity: (range.type === type ? 1 : 0) + (range.subtype === subtype ? 1 : 0),
        range,
      }))
      .filter(
        ({ range }) =>
          (range.type === type || range.type === '*') && (range.subtype === subtype || range.subtype === '*'),
      )
      .sort((a, b) => b.specificity - a.specificity);
    const best = matches[0];
    return best && best.quality > 0 ? [{ candidate, ...best }] : [];
  });
  wishes.sort((a, b) => b.quality - a.quality || b.specificity - a.specificity || a.order - b.order);
  return wishes[0]?.candidate ?? null;
}

function readRange(text: string): Range[] {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const match = /^([^\s/]+)\/([^\s/]+)$/.exec(range);
  if (!match) return [];
  const charset = parameters
    .find((p) => p.startsWith('charset='))
    ?.slice(8)
    .replaceAll('"', '');
  if (charset !== undefined && charset !== 'utf-8') return [];
  const quality = Number(parameters.find((p) => p.startsWith('q='))?.slice(2) ?? 1);
  return [
    { type: match[1]!, subtype: match[2]!, quality: Number.isFinite(quality) ? Math.min(Math.max(quality, 0), 1) : 1 },
  ];
}
