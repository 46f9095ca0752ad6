import { GraphQLJSONObject } from 'graphql-scalars';
import { Field, Float, Int, ObjectType } from 'type-graphql';
import { Column, Entity } from 'typeorm';
import { Node } from '../../kernel/node.js';
import { vocabulary } from '../../taxonomy/vocabulary.js';
import type { MatchModel } from '../engine/model.js';
import { numbersOf } from './model-numbers.js';

/**
 * Origin of a version of the matching model. Versions (weights, smoothing, statistics) are data, and all are kept, so
 * that a match can be traced to the model that scored it. One version is active; all processes switch to a newly
 * activated one within a second.
 */

export const MatchModelSource = vocabulary('MatchModelSource', 'Where a model of matching comes from.', {
  SHIPPED: ['随程序发布', 'came with the program'],
  TUNED: ['按本平台历史拟合', 'fitted to this deployment’s history'],
  EDITED: ['由运营方修改', 'edited by an operator'],
});

export type MatchModelSource = keyof typeof MatchModelSource;

@ObjectType({ description: 'One weight, half-life or smoothing of a model of matching.' })
export class MatchModelParameter {
  @Field(() => String, { description: 'Where it stands, such as `investor.weights.text`.' })
  path: string;

  @Field(() => Float, { description: 'Its value.' })
  value: number;
}

/**
 * A version of the matching model. Only operators may read it; the code that returns an entity is responsible for the
 * check.
 */
@ObjectType({
  implements: Node,
  description:
    'A version of the model that scores matches. It is data: activating another changes every process within a second, without a deployment. For operators.',
})
@Entity('match_model')
export class MatchModelVersion extends Node {
  @Field(() => Int, { description: 'Its number; matches name it as `modelVersion`.' })
  @Column('integer')
  version: number;

  @Field(() => MatchModelSource, { description: 'Where it comes from.' })
  @Column('text')
  source: MatchModelSource;

  @Column('jsonb')
  model: MatchModel;

  @Field(() => Boolean, { description: 'Whether it scores now.' })
  @Column('boolean')
  active: boolean;

  @Field(() => String, { nullable: true, description: 'What was said about it.' })
  @Column('text', { nullable: true })
  note: string | null;

  @Field(() => GraphQLJSONObject, {
    nullable: true,
    description: 'What the fit measured on the history held back; null where it was not fitted.',
  })
  @Column('jsonb', { nullable: true })
  figures: Record<string, unknown> | null;

  @Column('uuid', { name: 'created_by', nullable: true })
  createdBy: string | null;

  @Field(() => Date, { description: 'When it was made.' })
  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Field(() => Date, { nullable: true, description: 'When it was last activated.' })
  @Column({ type: 'timestamptz', name: 'activated_at', precision: 3, nullable: true })
  activatedAt: Date | null;

  @Field(() => [MatchModelParameter], {
    description: 'Its weights, half-lives and smoothing; the statistics of the fit (base rates, factors) are left out.',
  })
  parameters(): MatchModelParameter[] {
    return [...numbersOf(this.model)].map(([path, value]) => ({ path, value }));
  }
}
