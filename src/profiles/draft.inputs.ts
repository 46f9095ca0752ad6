import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { MutationInput } from '../kernel/mutation-input.js';

@InputType({ description: 'Names a draft to delete for good.' })
export class DeleteDraftInput extends MutationInput {
  @Field(() => ID, { description: 'The draft.' })
  id: string;

  @Field(() => Int, { description: 'The revision that was read; if there is a newer one, nothing is deleted.' })
  revision: number;
}

@InputType({ description: 'Names something unfinished to delete for good; it has no revisions.' })
export class DeleteUnfinishedInput extends MutationInput {
  @Field(() => ID, { description: 'What is deleted.' })
  id: string;
}

@InputType({ description: 'Deletes one’s own draft for good.' })
export class DeleteOwnDraftInput extends MutationInput {
  @Field(() => Int, { description: 'The revision that was read; if there is a newer one, nothing is deleted.' })
  revision: number;
}

@ObjectType({ description: 'Result of deleting a draft.' })
export class DeletedDraftPayload {
  @Field(() => ID, { description: 'The id that it had.' })
  deletedId: string;
}

/** The payload for a deleted draft. */
export const deletedDraft = async (draft: Promise<{ globalId: string }>): Promise<DeletedDraftPayload> => ({
  deletedId: (await draft).globalId,
});
