import { Field, ID, InputType, Int } from 'type-graphql';
import { Decimal } from '../lib/decimal.js';
import { LocalizedInput } from '../kernel/localized.js';
import {
  AchievementAttribute,
  AchievementCategory,
  AchievementStage,
  CooperationMode,
  DisclosureTier,
  IpStatus,
  IpType,
  LicenceKind,
  AchievementStatus,
  RegistrationField,
} from './vocabularies.js';
import { MutationInput } from '../kernel/mutation-input.js';

@InputType({ description: 'Keywords in both languages.' })
export class KeywordsInput {
  @Field(() => [String], { nullable: true, description: 'Chinese keywords, at most 20.' })
  zh?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'English keywords, at most 20.' })
  en?: string[] | null;
}

@InputType({ description: 'An intellectual property right.' })
export class IpRightInput {
  @Field(() => IpType, { description: 'Its kind.' })
  type: IpType;

  @Field(() => String, {
    nullable: true,
    description: 'Its number as the office writes it; may be missing while applied for and for technical secrets.',
  })
  number?: string | null;

  @Field(() => IpStatus, { description: 'Its legal status.' })
  status: IpStatus;
}

@InputType({ description: 'A way of cooperation that the institution offers.' })
export class CooperationInput {
  @Field(() => CooperationMode, { description: 'The way.' })
  mode: CooperationMode;

  @Field(() => LicenceKind, { nullable: true, description: 'With LICENCE: its kind.' })
  licenceKind?: LicenceKind | null;
}

@InputType({ description: 'The money needed, as a range.' })
export class FundingNeedInput {
  @Field(() => Decimal, { description: 'Lower end.' })
  min: string;

  @Field(() => Decimal, { nullable: true, description: 'Upper end; the lower one when missing.' })
  max?: string | null;

  @Field(() => String, { description: 'ISO 4217 currency code.' })
  currency: string;
}

@InputType({ description: 'An inventor, in the order of the registration form.' })
export class InventorInput {
  @Field(() => LocalizedInput, { description: 'Name.' })
  name: LocalizedInput;

  @Field(() => String, { nullable: true, description: 'ORCID iD, checked by its check digit.' })
  orcid?: string | null;
}

@InputType({
  description: 'The content of an achievement. In an edit: what is given replaces, null clears, what is absent stays.',
})
export class AchievementInput {
  @Field(() => String, {
    nullable: true,
    description: 'The institution’s own key, unique within it; imports find rows by it.',
  })
  externalId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Registration number 登记号, unique on the platform; given at registration where it is missing.',
  })
  registrationNo?: string | null;

  @Field(() => String, { nullable: true, description: 'Date of registration, YYYY-MM-DD.' })
  registeredOn?: string | null;

  @Field(() => LocalizedInput, { nullable: true, description: 'Title, at most 300 characters. Needed.' })
  title?: LocalizedInput | null;

  @Field(() => LocalizedInput, {
    nullable: true,
    description: 'What it is and does better, in a few sentences. PUBLIC.',
  })
  summary?: LocalizedInput | null;

  @Field(() => LocalizedInput, { nullable: true, description: 'Full text. PUBLIC.' })
  abstract?: LocalizedInput | null;

  @Field(() => LocalizedInput, { nullable: true, description: 'For members of verified organisations (REGISTERED).' })
  technicalDetail?: LocalizedInput | null;

  @Field(() => LocalizedInput, { nullable: true, description: 'For organisations that were granted access (NDA).' })
  confidentialDetail?: LocalizedInput | null;

  @Field(() => AchievementCategory, { nullable: true, description: 'Category of the registration form.' })
  category?: AchievementCategory | null;

  @Field(() => AchievementAttribute, { nullable: true, description: 'Attribute of the registration form.' })
  attribute?: AchievementAttribute | null;

  @Field(() => AchievementStage, { nullable: true, description: 'Stage of the registration form.' })
  stage?: AchievementStage | null;

  @Field(() => Int, { nullable: true, description: 'Technology readiness level, 1 to 9.' })
  trl?: number | null;

  @Field(() => [String], {
    nullable: true,
    description: 'GB/T 4754 codes at any level, the primary one first; at most 5.',
  })
  industries?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Codes of strategic areas; at most 5.' })
  strategicAreas?: string[] | null;

  @Field(() => KeywordsInput, { nullable: true, description: 'Keywords.' })
  keywords?: KeywordsInput | null;

  @Field(() => [IpRightInput], { nullable: true, description: 'IP rights; at most 100.' })
  ipRights?: IpRightInput[] | null;

  @Field(() => [CooperationInput], { nullable: true, description: 'Ways of cooperation offered.' })
  cooperationModes?: CooperationInput[] | null;

  @Field(() => FundingNeedInput, { nullable: true, description: 'Money needed.' })
  fundingNeed?: FundingNeedInput | null;

  @Field(() => String, { nullable: true, description: 'Code of `regions`; the institution’s region by default.' })
  regionCode?: string | null;

  @Field(() => [InventorInput], { nullable: true, description: 'Inventors in order; at most 60.' })
  inventors?: InventorInput[] | null;

  @Field(() => LocalizedInput, { nullable: true, description: 'What is used today and this one beats.' })
  incumbent?: LocalizedInput | null;

  @Field(() => LocalizedInput, { nullable: true, description: 'By how much it beats the incumbent.' })
  improvement?: LocalizedInput | null;

  @Field(() => [LocalizedInput], { nullable: true, description: 'Where it can be used; at most 20.' })
  applications?: LocalizedInput[] | null;
}

@InputType({ description: 'Input of createAchievement.' })
export class CreateAchievementInput extends MutationInput {
  @Field(() => ID, { description: 'The listing institution; you must be its editor or owner.' })
  institutionId: string;

  @Field(() => AchievementInput, { description: 'The content.' })
  content: AchievementInput;
}

@InputType({ description: 'Input of updateAchievement.' })
export class UpdateAchievementInput extends MutationInput {
  @Field(() => ID, { description: 'The achievement.' })
  id: string;

  @Field(() => Int, { description: 'The revision that the edit was made on.' })
  revision: number;

  @Field(() => AchievementInput, { description: 'What changes.' })
  content: AchievementInput;

  @Field(() => String, { nullable: true, description: 'Why, for the list of revisions.' })
  note?: string | null;
}

@InputType({ description: 'Names an achievement, with an optional reason that is kept in the ledger.' })
export class AchievementActionInput extends MutationInput {
  @Field(() => ID, { description: 'The achievement.' })
  id: string;

  @Field(() => String, { nullable: true, description: 'Why; at most 500 characters.' })
  reason?: string | null;
}

@InputType({ description: 'Narrows a list of achievements.' })
export class AchievementListFilter {
  @Field(() => ID, { nullable: true, description: 'Of this institution.' })
  institutionId?: string | null;

  @Field(() => [AchievementStatus], {
    nullable: true,
    description: 'In one of these states; the public sees ADMITTED alone.',
  })
  statuses?: AchievementStatus[] | null;

  @Field(() => [String], { nullable: true, description: 'In one of these GB/T 4754 codes or below.' })
  industries?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'In one of these regions or below.' })
  regions?: string[] | null;

  @Field(() => String, {
    nullable: true,
    description:
      'With this text in the title, in either language, or in the registration number; at most 100 characters.',
  })
  text?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'With this external id; for members of the institution, and for operators.',
  })
  externalId?: string | null;

  @Field(() => [RegistrationField], {
    nullable: true,
    description: 'Lacking all of these; for members of the institution, and for operators.',
  })
  missingFields?: RegistrationField[] | null;

  @Field(() => Date, {
    nullable: true,
    description: 'Changed at this time or later; for members of the institution, and for operators.',
  })
  updatedSince?: Date | null;
}

@InputType({ description: 'Input of requestNda.' })
export class RequestNdaInput extends MutationInput {
  @Field(() => ID, { description: 'The achievement.' })
  achievementId: string;

  @Field(() => ID, { description: 'Your verified organisation.' })
  organisationId: string;

  @Field(() => String, { nullable: true, description: 'Why you ask; at most 2,000 characters.' })
  message?: string | null;
}

@InputType({ description: 'Input of decideNda.' })
export class DecideNdaInput extends MutationInput {
  @Field(() => ID, { description: 'The request.' })
  id: string;

  @Field(() => Boolean, {
    description:
      'True grants an open request; false refuses it, or revokes what was granted. After a refusal or revocation the organisation must ask again.',
  })
  grant: boolean;
}

@InputType({ description: 'Input of addEvidence’s file description.' })
export class EvidenceInput extends MutationInput {
  @Field(() => ID, { description: 'The achievement.' })
  achievementId: string;

  @Field(() => DisclosureTier, { description: 'Who may open it.' })
  tier: DisclosureTier;
}
