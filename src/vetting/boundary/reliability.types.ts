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
}

export type StoredReliability = Record<Dimension, Reliability>;

/** Converts stored agreement figures, an object by dimension, to a list in the fixed order of dimensions. */
export function reliabilityList(stored: StoredReliability): DimensionReliability[] {
  return DIMENSIONS.map((dimension) => ({
    dimension,
    entries: stored[dimension].units,
    alpha: stored[dimension].alpha,
    icc: stored[dimension].icc,
  }));
}
