import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { ProfileStatus } from '../identity/profile-status.js';
import { LocalizedInput } from '../kernel/localized.js';
import { TalentProfile } from './talent.entity.js';
import {
  ManagerGrade,
  TalentEvidenceKind,
  TalentKind,
  TalentRole,
  TalentVerification,
  TalentVisibility,
} from './vocabularies.js';
import { MutationInput } from '../kernel/mutation-input.js';

@InputType({
  description:
    'What a talent says. All but `kind` may be left empty: matching tells what would sharpen it. In an edit: what is given replaces, null clears, what is absent stays.',
})
export class TalentProfileInput {
  @Field(() => TalentKind, { nullable: true, description: 'What you know. Needed.' })
  kind?: TalentKind | null;

  @Field(() => LocalizedInput, { nullable: true, description: 'What you are in one line; at most 200 characters.' })
  headline?: LocalizedInput | null;

  @Field(() => LocalizedInput, { nullable: true, description: 'What you have done; at most 5,000 characters.' })
  bio?: LocalizedInput | null;

  @Field(() => [LocalizedInput], {
    nullable: true,
    description: 'Skills, the strongest first; at most 30 of at most 60 characters.',
  })
  skills?: LocalizedInput[] | null;

  @Field(() => [String], { nullable: true, description: 'GB/T 4754 codes at any level; at most 20.' })
  industries?: string[] | null;

  @Field(() => String, { nullable: true, description: 'ORCID iD, checked by its check digit.' })
  orcid?: string | null;

  @Field(() => ID, { nullable: true, description: 'Where you work.' })
  organisationId?: string | null;

  @Field(() => Int, { nullable: true, description: 'Days a month that you can give, 0 to 31.' })
  daysPerMonth?: number | null;

  @Field(() => String, { nullable: true, description: 'From when, YYYY-MM-DD; at most ten years ahead.' })
  availableFrom?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Where you would work: codes of `regions` at any level, at most 20; none is anywhere.',
  })
  regions?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Languages that you work in: ISO 639-1 codes such as zh; at most 15.',
  })
  languages?: string[] | null;

  @Field(() => [TalentRole], { nullable: true, description: 'As what you would join.' })
  roles?: TalentRole[] | null;

  @Field(() => ManagerGrade, { nullable: true, description: 'Only with the role TECHNOLOGY_MANAGER.' })
  managerGrade?: ManagerGrade | null;

  @Field(() => TalentVisibility, {
    nullable: true,
    description: 'Who may find you: members of verified organisations (REGISTERED) where nothing is said.',
  })
  visibility?: TalentVisibility | null;
}

@InputType({ description: 'Something that shows that a talent can do it.' })
export class TalentEvidenceInput {
  @Field(() => TalentEvidenceKind, { description: 'What it is.' })
  kind: TalentEvidenceKind;

  @Field(() => LocalizedInput, { description: 'Its title; at most 300 characters.' })
  title: LocalizedInput;

  @Field(() => Int, { nullable: true, description: 'The year of it, from 1900 on.' })
  year?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Where it can be looked up: http or https, at most 500 characters.',
  })
  url?: string | null;

  @Field(() => ID, { nullable: true, description: 'The achievement that it belongs to, where it is on the platform.' })
  achievementId?: string | null;
}

@InputType({ description: 'Input of createTalentProfile.' })
export class CreateTalentProfileInput extends MutationInput {
  @Field(() => TalentProfileInput, { description: 'The profile; `kind` is needed.' })
  profile: TalentProfileInput;
}

@InputType({ description: 'Input of updateTalentProfile.' })
export class UpdateTalentProfileInput extends MutationInput {
  @Field(() => Int, { description: 'The revision that the edit was made on.' })
  revision: number;

  @Field(() => TalentProfileInput, { description: 'What changes.' })
  profile: TalentProfileInput;
}

@InputType({ description: 'Input of setTalentEvidence.' })
export class SetTalentEvidenceInput extends MutationInput {
  @Field(() => Int, { description: 'The revision of the profile that the edit was made on.' })
  revision: number;

  @Field(() => [TalentEvidenceInput], { description: 'The whole list, the strongest first; at most 50.' })
  evidence: TalentEvidenceInput[];
}

@InputType({ description: 'Input of a mutation of one’s own talent profile that needs nothing else.' })
export class OwnTalentInput extends MutationInput {}

@InputType({ description: 'Input of verifyTalent.' })
export class VerifyTalentInput extends MutationInput {
  @Field(() => ID, { description: 'The talent profile.' })
  id: string;

  @Field(() => Int, { description: 'The revision that was checked.' })
  revision: number;
}

@InputType({ description: 'Input of rejectTalent.' })
export class RejectTalentInput extends VerifyTalentInput {
  @Field(() => String, { description: 'Why, for the person; at most 500 characters.' })
  reason: string;
}

@InputType({ description: 'Input of suspendTalent.' })
export class SuspendTalentInput extends MutationInput {
  @Field(() => ID, { description: 'The talent profile.' })
  id: string;

  @Field(() => String, { description: 'Why, for the person; at most 500 characters.' })
  reason: string;
}

@InputType({ description: 'Input of reinstateTalent.' })
export class ReinstateTalentInput extends MutationInput {
  @Field(() => ID, { description: 'The talent profile.' })
  id: string;
}

@InputType({ description: 'Narrows a list of talents. What is given must all hold; of a list, one value must.' })
export class TalentFilter {
  @Field(() => [TalentKind], { nullable: true, description: 'Of one of these kinds.' })
  kinds?: TalentKind[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Who know one of these GB/T 4754 codes, one below or one above.',
  })
  industries?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'Who would work in one of these codes of `regions`, below or above it; those who would work anywhere too.',
  })
  regions?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Who work in one of these languages (ISO 639-1).' })
  languages?: string[] | null;

  @Field(() => [TalentRole], { nullable: true, description: 'Who would join as one of these.' })
  roles?: TalentRole[] | null;

  @Field(() => [ManagerGrade], { nullable: true, description: 'Technology managers of one of these grades.' })
  managerGrades?: ManagerGrade[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True: who say that they can give at least a day a month, from today or earlier. False: the others.',
  })
  availableNow?: boolean | null;

  @Field(() => [TalentVerification], {
    nullable: true,
    description: 'In one of these states; REJECTED ones are for operators.',
  })
  verification?: TalentVerification[] | null;

  @Field(() => [ProfileStatus], {
    nullable: true,
    description: 'In one of these states; SUSPENDED ones are for operators.',
  })
  statuses?: ProfileStatus[] | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Whose headline, words or a skill contain it; at most 100 characters. To search by words use talentSearch.',
  })
  text?: string | null;
}

@ObjectType({ description: 'Result of a mutation of a talent profile.' })
export class TalentProfilePayload {
  @Field(() => TalentProfile, { description: 'The profile as it is now.' })
  talent: TalentProfile;
}
