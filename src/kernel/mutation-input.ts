import { Field, InputType } from 'type-graphql';

/** Base of every mutation's input. */
@InputType({ description: 'Base of every mutation’s input.' })
export abstract class MutationInput {
  @Field(() => String, {
    nullable: true,
    description:
      'Any text of 8 to 100 characters, chosen per intended change: a repeated call with the same key changes nothing and returns the first result. Kept for 7 days.',
  })
  idempotencyKey?: string | null;
}
