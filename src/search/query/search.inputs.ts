import { Field, Float, ID, InputType, Int } from 'type-graphql';
import {
  AchievementCategory,
  CooperationMode,
  IpStatus,
  IpType,
  LicenceKind,
} from '../../achievements/vocabularies.js';
import { Decimal } from '../../lib/decimal.js';
import { vocabulary } from '../../taxonomy/vocabulary.js';
import type { SortField } from './search.request.js';

export const SearchSortField = vocabulary('SearchSortField', 'Orders of a search.', {
  RELEVANCE: ['相关度', 'best match first; without a text, newest first'],
  SCORE: ['评分', 'by score'],
  NEWEST: ['入池时间', 'by the time of admission'],
  TRL: ['技术成熟度', 'by technology readiness level'],
  FUNDING: [
    '资金需求',
    'by the upper end of the money needed; currencies are not converted but stand one after another, by code',
  ],
  TITLE: ['题名', 'by title in the search’s locale, Chinese by pinyin'],
});

export const SearchDirection = vocabulary(
  'SearchDirection',
  'Directions of an order. Entries without a value stand last in both.',
  {
    ASC: ['升序', 'smallest first'],
    DESC: ['降序', 'largest first'],
  },
);
export type SearchDirection = keyof typeof SearchDirection;

@InputType({ description: 'The order of a search; what it leaves equal is ordered by id.' })
export class AchievementSearchSort {
  @Field(() => SearchSortField, { description: 'By what.' })
  field: SortField;

  @Field(() => SearchDirection, {
    nullable: true,
    description: 'Which way; by default ASC for TITLE and DESC for all others. RELEVANCE knows DESC only.',
  })
  direction?: SearchDirection | null;
}

@InputType({
  description:
    'Narrows a search: values of one list are alternatives, the lists must all hold. An empty list does not narrow.',
})
export class AchievementSearchFilter {
  @Field(() => [String], {
    nullable: true,
    description: 'GB/T 4754 codes of any level; each stands for itself and all below it.',
  })
  industries?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Codes of `regions`; a place stands for those in it too.' })
  regions?: string[] | null;

  @Field(() => [ID], { nullable: true, description: 'Organisation ids of listing institutions.' })
  institutionIds?: string[] | null;

  @Field(() => [Int], { nullable: true, description: 'Technology readiness levels, 1 to 9.' })
  trl?: number[] | null;

  @Field(() => Int, { nullable: true, description: 'Least readiness level.' })
  trlMin?: number | null;

  @Field(() => Int, { nullable: true, description: 'Highest readiness level.' })
  trlMax?: number | null;

  @Field(() => [CooperationMode], {
    nullable: true,
    description: 'Ways of cooperation, at least one of which is offered.',
  })
  cooperationModes?: CooperationMode[] | null;

  @Field(() => [LicenceKind], { nullable: true, description: 'Kinds of licence, at least one of which is offered.' })
  licenceKinds?: LicenceKind[] | null;

  @Field(() => [IpStatus], { nullable: true, description: 'Statuses that at least one of its IP rights has.' })
  ipStatuses?: IpStatus[] | null;

  @Field(() => [IpType], {
    nullable: true,
    description: 'Kinds that at least one of its IP rights is of; not necessarily the one with a status asked for.',
  })
  ipTypes?: IpType[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Strategic emerging industries; an area stands for its fields too.',
  })
  strategicAreas?: string[] | null;

  @Field(() => [Int], { nullable: true, description: 'Years of registration.' })
  years?: number[] | null;

  @Field(() => [AchievementCategory], { nullable: true, description: 'Categories of the registration form.' })
  categories?: AchievementCategory[] | null;

  @Field(() => Float, { nullable: true, description: 'Least score, 0 to 5; entries without a score do not match.' })
  scoreMin?: number | null;

  @Field(() => Float, { nullable: true, description: 'Highest score, 0 to 5; entries without a score do not match.' })
  scoreMax?: number | null;

  @Field(() => Decimal, {
    nullable: true,
    description: 'Entries whose range of money needed reaches this amount or more. Needs `currency`.',
  })
  fundingMin?: string | null;

  @Field(() => Decimal, {
    nullable: true,
    description: 'Entries whose range of money needed starts at this amount or less. Needs `currency`.',
  })
  fundingMax?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'ISO 4217 code: only needs in this currency match, none is converted.',
  })
  currency?: string | null;
}
