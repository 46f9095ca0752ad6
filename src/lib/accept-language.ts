/**
 * The language of `known` that an Accept-Language header prefers, by its quality values (RFC 9110, 12.5.4): the first of
 * those with the highest one. A range covers its narrower tags, so `zh` and `zh-Hans-CN` both ask for Chinese. Returns
 * null where the header names none of them, as `*` and a missing header do.
 */
export function preferredLanguage<Known extends string>(
  header: string | undefined,
  known: readonly Known[],
): Known | null {
  let best: { language: Known; quality: number } | null = null;
  // A header of legitimate clients is far shorter; the rest of a longer one is not read.
  for (const part of (header ?? '').slice(0, 2_000).split(',')) {
    const [range = '', ...settings] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const language = known.find((code) => range === code || range.startsWith(`${code}-`));
    if (language === undefined) continue;
    const weight = settings.find((setting) => setting.startsWith('q='));
    const quality = weight === undefined ? 1 : qualityOf(weight.slice(2).trim());
    if (quality > 0 && (best === null || quality > best.quality)) best = { language, quality };
  }
  return best?.language ?? null;
}

/** A quality value from 0 to 1; 0, which refuses the language, where it is none. */
function qualityOf(text: string): number {
  return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(text) ? Number(text) : 0;
}
