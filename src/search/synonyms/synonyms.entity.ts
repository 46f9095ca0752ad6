import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { Column, Entity } from 'typeorm';
import { Node } from '../../kernel/node.js';
import { MutationInput } from '../../kernel/mutation-input.js';

@ObjectType({ implements: Node, description: 'Terms that mean the same: a search for one finds what has any of them.' })
@Entity('synonym_group')
export class SynonymGroup extends Node {
  @Field(() => [String], { description: 'The terms, in any language.' })
  @Column('text', { array: true })
  terms: string[];

  @Field(() => Date, { description: 'When it was first written.' })
  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Field(() => Date, { description: 'When it was last changed.' })
  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;
}

@InputType({ description: 'A new synonym group, or new terms of an existing one.' })
export class SetSynonymGroupInput extends MutationInput {
  @Field(() => ID, { nullable: true, description: 'The group to change; a new one without.' })
  id?: string | null;

  @Field(() => [String], { description: '2 to 20 terms of 1 to 60 characters.' })
  terms: string[];
}

@InputType({ description: 'Removes a synonym group.' })
export class RemoveSynonymGroupInput extends MutationInput {
  @Field(() => ID, { description: 'The group.' })
  id: string;
}

@ObjectType({ description: 'The group as it is now.' })
export class SetSynonymGroupPayload {
  @Field(() => SynonymGroup, { description: 'The group.' })
  synonymGroup: SynonymGroup;
}

@ObjectType({ description: 'The group that is gone.' })
export class RemoveSynonymGroupPayload {
  @Field(() => ID, { description: 'Its id.' })
  removedId: string;
}
