import { Field, Float, Int, ObjectType } from 'type-graphql';
import type { Reliability } from '../calibration/reliability.js';
import { Dimension, DIMENSIONS } from '../vocabularies.js';

@ObjectType({ description: 'A figure with its 95 % interval.' })
export class IntervalEstimate {
  @Field(() => Float, { description: 'The figure.' })
  value: number;

  @Field(() => Float, { description: 'Lower end (bootstrap over entries).' })
  low: number;

  @Field(() => Float, { description: 'Upper end.' })
  high: number;
}

@ObjectType({ description: 'How far two independent, blind panels agree in one dimension.' })
export class DimensionReliability {
  @Field(() => Dimension, { description: 'The dimension.' })
  dimension: Dimension;

  @Field(() => Int, { description: 'How many entries both panels judged.' })
  entries: number;

  @Field(() => IntervalEstimate, {
    nullable: true,
    description: 'Krippendorff’s alpha for interval data, between the panels’ mean scores; null with too little data.',
  })
  alpha: IntervalEstimate | null;

  @Field(() => IntervalEstimate, {
    nullable: true,
    description: 'One-way intraclass correlation ICC(1,1), between the panels’ mean scores; null with too little data.',
  })
  icc: IntervalEstimate | null;

  @Field(() => IntervalEstimate, {
    nullable: true,
    description:
      'Alpha as it was published before, wrongly: reviews of boundary rounds were mixed into the panels. Null where what was published stands.',
  })
  formerAlpha: IntervalEstimate | null;

  @Field(() => IntervalEstimate, {
    nullable: true,
    description:
      'ICC as it was published before, wrongly: reviews of boundary rounds were mixed into the panels. Null where what was published stands.',
  })
  formerIcc: IntervalEstimate | null;
}

/** Agreement figures by dimension; `firstRound` is absent from those that may have mixed boundary reviews in. */
export type StoredReliability = Record<Dimension, Reliability> & { firstRound?: true };

/**
 * Converts agreement figures, an object by dimension, to a list in the fixed order of dimensions. `former` are figures
 * that these correct.
 */
export function reliabilityList(
  figures: Record<Dimension, Reliability>,
  former: Record<Dimension, Reliability> | null = null,
): DimensionReliability[] {
  return DIMENSIONS.map((dimension) => ({
    dimension,
    entries: figures[dimension].units,
    alpha: figures[dimension].alpha,
    icc: figures[dimension].icc,
    formerAlpha: former?.[dimension].alpha ?? null,
    formerIcc: former?.[dimension].icc ?? null,
  }));
}
