import { GraphQLJSON } from 'graphql-scalars';
import { Field, Int, ObjectType } from 'type-graphql';
import { LocalizedText } from '../kernel/localized.js';
import { connectionType } from '../graphql/pagination.js';
import { NdaGrant, NearDuplicate } from './achievement-parts.entity.js';
import { Achievement } from './achievement.entity.js';
import { DisclosureTier, AchievementStatus } from './vocabularies.js';

@ObjectType({ description: 'The text of one disclosure tier, or the reason why the viewer does not get it.' })
export class TieredContent {
  @Field(() => DisclosureTier, { description: 'The tier.' })
  tier: DisclosureTier;

  @Field(() => Boolean, { description: 'Whether the viewer may read this tier.' })
  granted: boolean;

  @Field(() => LocalizedText, {
    nullable: true,
    description: 'The text; null when there is none or it is not granted.',
  })
  body: LocalizedText | null;

  @Field(() => String, { nullable: true, description: 'Where not granted: what to do to get it.' })
  howToGet: string | null;
}

@ObjectType({ description: 'One revision of an achievement’s record.' })
export class AchievementRevision {
  @Field(() => Int, { description: 'Its number, from 1.' })
  revision: number;

  @Field(() => Date, { description: 'When it was written.' })
  createdAt: Date;

  @Field(() => String, { nullable: true, description: 'Who wrote it; null once erased.' })
  editedBy: string | null;

  @Field(() => String, { nullable: true, description: 'Why, if said.' })
  note: string | null;
}

@ObjectType({ description: 'A field in which two revisions differ.' })
export class FieldChange {
  @Field(() => String, { description: 'Name of the field, as in AchievementInput.' })
  field: string;

  @Field(() => GraphQLJSON, { nullable: true, description: 'Its value in the earlier revision.' })
  before: unknown;

  @Field(() => GraphQLJSON, { nullable: true, description: 'Its value in the later revision.' })
  after: unknown;
}

@ObjectType({ description: 'A result that looks like this one.' })
export class DuplicateOf {
  @Field(() => NearDuplicate, { description: 'The pair and what gave it away.' })
  pair: NearDuplicate;

  @Field(() => Achievement, { nullable: true, description: 'The other one; null when the viewer may not see it.' })
  other: Achievement | null;

  @Field(() => LocalizedText, {
    description: 'Title of the other one, shown even where the rest is not, so that the lister knows what to check.',
  })
  otherTitle: LocalizedText;

  @Field(() => LocalizedText, { description: 'Institution of the other one.' })
  otherInstitution: LocalizedText;
}

@ObjectType({ description: 'How many achievements have a status.' })
export class AchievementStatusCount {
  @Field(() => AchievementStatus, { description: 'The status.' })
  status: AchievementStatus;

  @Field(() => Int, { description: 'How many.' })
  count: number;
}

@ObjectType({ description: 'Something an achievement still lacks.' })
export class MissingField {
  @Field(() => String, { description: 'Name of the field, as in AchievementInput.' })
  field: string;

  @Field(() => String, { description: 'What to give.' })
  message: string;
}

@ObjectType({ description: 'Result of a change to an achievement.' })
export class AchievementPayload {
  @Field(() => Achievement, { description: 'The achievement as it is now.' })
  achievement: Achievement;
}

@ObjectType({ description: 'Result of a change to an NDA request.' })
export class NdaPayload {
  @Field(() => NdaGrant, { description: 'The request as it is now.' })
  grant: NdaGrant;
}

@ObjectType({ description: 'Result of dismissing a near-duplicate.' })
export class NearDuplicatePayload {
  @Field(() => NearDuplicate, { description: 'The pair as it is now.' })
  pair: NearDuplicate;
}

export const NdaGrantConnection = connectionType('NdaGrant', () => NdaGrant);
export const NearDuplicateConnection = connectionType('NearDuplicate', () => NearDuplicate);
