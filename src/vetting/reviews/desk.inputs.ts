import { Field, ID, InputType } from 'type-graphql';
import { AssignmentStatus } from '../reviewers/reviewers.vocabularies.js';

@InputType({ description: 'Narrows a desk.' })
export class DeskFilter {
  @Field(() => [AssignmentStatus], {
    nullable: true,
    description: 'In one of these states; ASSIGNED and SUBMITTED by default.',
  })
  statuses?: AssignmentStatus[] | null;

  @Field(() => ID, { nullable: true, description: 'Of this cohort.' })
  cohortId?: string | null;
}
