import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { ShortlistEntry } from './shortlist.entity.js';
import { MutationInput } from '../kernel/mutation-input.js';

@InputType({ description: 'Input of addToShortlist.' })
export class AddToShortlistInput extends MutationInput {
  @Field(() => ID, { description: 'The pool entry.' })
  achievementId: string;

  @Field(() => String, {
    nullable: true,
    description: 'A note; at most 2,000 characters. On an entry that is there already, it replaces the note.',
  })
  note?: string | null;
}

@InputType({ description: 'Input of updateShortlistNote.' })
export class UpdateShortlistNoteInput extends MutationInput {
  @Field(() => ID, { description: 'The shortlist entry.' })
  id: string;

  @Field(() => String, { nullable: true, description: 'The new note; null or empty removes it.' })
  note?: string | null;
}

@InputType({ description: 'Input of removeFromShortlist.' })
export class RemoveFromShortlistInput extends MutationInput {
  @Field(() => ID, { description: 'The shortlist entry.' })
  id: string;
}

@ObjectType({ description: 'Result of a change to the shortlist.' })
export class ShortlistEntryPayload {
  @Field(() => ShortlistEntry, { description: 'The entry as it is now.' })
  entry: ShortlistEntry;
}

@ObjectType({ description: 'Result of a removal from the shortlist.' })
export class ShortlistRemovalPayload {
  @Field(() => ShortlistEntry, {
    nullable: true,
    description:
      'The entry as it was, so that addToShortlist with its note takes the removal back; null when it was not there (any more).',
  })
  entry: ShortlistEntry | null;
}
