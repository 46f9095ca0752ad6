import { ArgsType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Team } from './team.entity.js';
import { TeamAnswer, TeamStatus } from './team.stages.js';
import { MutationInput } from '../../kernel/mutation-input.js';

@ArgsType()
export class TeamProposalArgs {
  @Field(() => Int, { nullable: true, description: 'How many teams: 1 to 20, default 5.' })
  first?: number;

  @Field(() => Int, { nullable: true, description: 'Only teams of this size, 2 to 4.' })
  size?: number;
}

@InputType({ description: 'Narrows a list of teams.' })
export class TeamFilter {
  @Field(() => [TeamStatus], { nullable: true, description: 'In one of these states.' })
  statuses?: TeamStatus[] | null;
}

@InputType({ description: 'Input of proposeTeam.' })
export class ProposeTeamInput extends MutationInput {
  @Field(() => ID, { description: 'The pool entry; you are an editor or owner of its institution.' })
  achievementId: string;

  @Field(() => [ID], {
    description:
      'The talents, two to four; of a proposal or hand-picked. Somebody who knows the science and somebody else who knows the market must be among them.',
  })
  talentIds: string[];

  @Field(() => Boolean, {
    nullable: true,
    description: 'Invites them at once, by mail; true by default. Else it waits for inviteTeam.',
  })
  invite?: boolean | null;
}

@InputType({ description: 'Input of inviteTeam.' })
export class InviteTeamInput extends MutationInput {
  @Field(() => ID, { description: 'The team.' })
  id: string;
}

@InputType({ description: 'Input of answerTeamInvitation.' })
export class AnswerTeamInvitationInput extends MutationInput {
  @Field(() => ID, { description: 'The team.' })
  id: string;

  @Field(() => TeamAnswer, { description: 'Your answer.' })
  answer: TeamAnswer;
}

@InputType({ description: 'Input of dissolveTeam.' })
export class DissolveTeamInput extends MutationInput {
  @Field(() => ID, { description: 'The team.' })
  id: string;

  @Field(() => String, { nullable: true, description: 'Why, for its members; at most 500 characters.' })
  reason?: string | null;
}

@InputType({ description: 'Input of liftTeamRefusal.' })
export class LiftTeamRefusalInput extends MutationInput {
  @Field(() => ID, { description: 'The achievement for which you declined a team.' })
  achievementId: string;
}

@ObjectType({ description: 'Result of a change to a team.' })
export class TeamPayload {
  @Field(() => Team, { description: 'The team as it is now.' })
  team: Team;
}

@ObjectType({ description: 'Result of liftTeamRefusal.' })
export class TeamRefusalPayload {
  @Field(() => Boolean, { description: 'True: you may be proposed for teams of it again.' })
  lifted: boolean;
}
