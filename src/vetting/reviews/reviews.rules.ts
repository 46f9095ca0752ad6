import { createHash } from 'node:crypto';
import type { FieldProblem } from '../../kernel/errors.js';
import { checkReason } from '../../kernel/reason.js';
import { DIMENSIONS, type Dimension } from '../vocabularies.js';
import { canonicalJson } from '../../lib/canonical-json.js';
import { say } from '../../messages/catalogue.js';

/** The two lowest and the two highest scores of the scale, for which a reviewer must write a rationale. */
export const EXPLAINED_SCORES: readonly number[] = [0, 0.5, 4.5, 5];

export interface ScoreInput {
  dimension: Dimension;
  score?: number | null;
  rationale?: string | null;
  forLister?: boolean | null;
}

/** The validated content of a review. */
export interface ReviewContent {
  scores: Partial<Record<Dimension, number>>;
  rationales: Partial<Record<Dimension, string>>;
  /** Dimensions whose rationale the reviewer agrees to show to the entry's institution. */
  shared: Dimension[];
  confidence: number | null;
  gapCodes: string[];
}

/** A part (score, rationale, confidence) that is still missing in a draft of a review. */
export interface MissingPart {
  dimension: Dimension | null;
  part: 'SCORE' | 'RATIONALE' | 'CONFIDENCE';
}

/** True for half points from 0 to 5. */
export function isScore(value: number): boolean {
  return value >= 0 && value <= 5 && Number.isInteger(value * 2);
}

/**
 * Validates a reviewer's input for the dimensions of an assignment; it may be incomplete, but what it contains must be
 * valid. Problems are added to `problems`; whether the gap codes exist is checked by the caller.
 */
export function readReview(
  dimensions: readonly Dimension[],
  input: { scores: readonly ScoreInput[]; confidence?: number | null; gapCodes?: readonly string[] | null },
  problems: FieldProblem[],
): ReviewContent {
  const content: ReviewContent = {
    scores: {},
    rationales: {},
    shared: [],
    confidence: input.confidence ?? null,
    gapCodes: [...new Set(input.gapCodes ?? [])].sort(),
  };
  const seen = new Set<Dimension>();
  input.scores.forEach((given, i) => {
    const field = `input.scores[${i}]`;
    if (!dimensions.includes(given.dimension))
      problems.push({
        field: `${field}.dimension`,
        code: 'NOT_ASSIGNED',
        message: say('NOT_ASSIGNED.dimensions', { dimensions: [...dimensions] }),
      });
    if (seen.has(given.dimension))
      problems.push({ field: `${field}.dimension`, code: 'TWICE', message: say('TWICE.dimension') });
    seen.add(given.dimension);
    if (given.score != null) {
      if (!isScore(given.score))
        problems.push({ field: `${field}.score`, code: 'OUT_OF_RANGE', message: say('OUT_OF_RANGE.halfPoints') });
      // Adding 0 turns -0 into 0.
      content.scores[given.dimension] = given.score + 0;
    }
    const rationale = checkReason(`${field}.rationale`, given.rationale, problems, { kind: 'statement' });
    if (rationale !== null) {
      content.rationales[given.dimension] = rationale;
      if (given.forLister === true) content.shared.push(given.dimension);
    }
  });
  content.shared.sort();
  if (
    content.confidence !== null &&
    !(Number.isInteger(content.confidence) && content.confidence >= 1 && content.confidence <= 5)
  ) {
    problems.push({ field: 'input.confidence', code: 'OUT_OF_RANGE', message: say('OUT_OF_RANGE.whole5') });
  }
  if (content.gapCodes.length > 30)
    problems.push({ field: 'input.gapCodes', code: 'TOO_MANY', message: say('TOO_MANY.thirty') });
  return content;
}

/** Parts that are still missing before a review can be submitted; an empty list if it is complete. */
export function missingParts(
  dimensions: readonly Dimension[],
  content: Pick<ReviewContent, 'scores' | 'rationales' | 'confidence'>,
): MissingPart[] {
  const missing: MissingPart[] = [];
  for (const dimension of DIMENSIONS.filter((d) => dimensions.includes(d))) {
    const score = content.scores[dimension];
    if (score === undefined) missing.push({ dimension, part: 'SCORE' });
    else if (EXPLAINED_SCORES.includes(score) && content.rationales[dimension] === undefined)
      missing.push({ dimension, part: 'RATIONALE' });
  }
  if (content.confidence === null) missing.push({ dimension: null, part: 'CONFIDENCE' });
  return missing;
}

/**
 * SHA-256 of a random salt and the rationales of a review: proves later what was written, and reveals nothing without
 * the salt.
 */
export function rationaleHash(salt: string, rationales: ReviewContent['rationales']): string {
  return createHash('sha256').update(salt).update('\n').update(canonicalJson(rationales)).digest('hex');
}
