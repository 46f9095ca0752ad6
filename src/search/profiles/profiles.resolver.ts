import type { GraphQLResolveInfo } from 'graphql';
import { Args, ArgsType, Ctx, Field, Info, InputType, Int, Query, Resolver } from 'type-graphql';
import type { Context } from '../../kernel/context.js';
import type { Demand } from '../../demands/demand.entity.js';
import type { InvestorProfile } from '../../investors/investor.entity.js';
import { FundingStage } from '../../investors/vocabularies.js';
import { Locale } from '../../kernel/localized.js';
import type { TalentProfile } from '../../talent/talent.entity.js';
import { TalentKind, TalentRole } from '../../talent/vocabularies.js';
import { CooperationMode } from '../../taxonomy/cooperation.js';
import { argumentsOf, selectedFields } from '../../graphql/selected-fields.js';
import { DemandStanding } from './profiles.facets.js';
import { PROFILE_KINDS } from './profiles.kinds.js';
import { searchProfiles, type ProfileSearchArgs, type WantedProfiles } from './profiles.service.js';
import { DemandSearch, InvestorSearch, TalentSearch, type FoundProfiles } from './profiles.types.js';

const INDUSTRIES = {
  nullable: true,
  description: 'GB/T 4754 codes of any level; each stands for itself and all below it.',
} as const;
const REGIONS = {
  nullable: true,
  description: 'Codes of `regions`, a place stands for those in it too; ANYWHERE for those that name none.',
} as const;

@InputType({
  description: 'Narrows a search of investors: values of one list are alternatives, the lists must all hold.',
})
class InvestorSearchFilter {
  @Field(() => [String], INDUSTRIES)
  industries?: string[] | null;

  @Field(() => [String], REGIONS)
  regions?: string[] | null;

  @Field(() => [FundingStage], { nullable: true, description: 'Rounds, one of which it takes part in.' })
  fundingStages?: FundingStage[] | null;

  @Field(() => [CooperationMode], { nullable: true, description: 'Ways of cooperation, one of which it seeks.' })
  cooperationModes?: CooperationMode[] | null;

  @Field(() => [Int], { nullable: true, description: 'Technology readiness levels, one of which it looks for.' })
  trl?: number[] | null;
}

@InputType({
  description: 'Narrows a search of talents: values of one list are alternatives, the lists must all hold.',
})
class TalentSearchFilter {
  @Field(() => [TalentKind], { nullable: true, description: 'Kinds.' })
  kinds?: TalentKind[] | null;

  @Field(() => [String], INDUSTRIES)
  industries?: string[] | null;

  @Field(() => [String], REGIONS)
  regions?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Languages, ISO 639-1.' })
  languages?: string[] | null;

  @Field(() => [TalentRole], { nullable: true, description: 'Roles, one of which the person would take.' })
  roles?: TalentRole[] | null;
}

@InputType({
  description: 'Narrows a search of demands: values of one list are alternatives, the lists must all hold.',
})
class DemandSearchFilter {
  @Field(() => [String], INDUSTRIES)
  industries?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Codes of `regions`; a place stands for those in it too.' })
  regions?: string[] | null;

  @Field(() => [Int], { nullable: true, description: 'Technology readiness levels that are needed at least.' })
  trl?: number[] | null;

  @Field(() => [DemandStanding], { nullable: true, description: 'OPEN leaves out those whose deadline is past.' })
  standings?: DemandStanding[] | null;
}

@ArgsType()
abstract class PageArgs {
  @Field(() => String, {
    nullable: true,
    description:
      'Words in Chinese, English or both; all must be found, with synonyms and, in Latin letters, small typos. "Quoted" words must stand together. Letters that find nothing are read as pinyin of names.',
  })
  query?: string | null;

  @Field(() => Int, { nullable: true, description: 'Entries per page, 1 to 100; 20 by default.' })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'The `endCursor` of the page before, of the same search.' })
  after?: string | null;

  @Field(() => Locale, { nullable: true, description: 'Language of facet labels; the request’s by default.' })
  locale?: Locale | null;
}

@ArgsType()
class InvestorSearchArgs extends PageArgs implements ProfileSearchArgs {
  @Field(() => InvestorSearchFilter, { nullable: true, description: 'Narrows the search.' })
  filter?: InvestorSearchFilter | null;
}

@ArgsType()
class TalentSearchArgs extends PageArgs implements ProfileSearchArgs {
  @Field(() => TalentSearchFilter, { nullable: true, description: 'Narrows the search.' })
  filter?: TalentSearchFilter | null;
}

@ArgsType()
class DemandSearchArgs extends PageArgs implements ProfileSearchArgs {
  @Field(() => DemandSearchFilter, { nullable: true, description: 'Narrows the search.' })
  filter?: DemandSearchFilter | null;
}

@Resolver()
export class ProfileSearchResolver {
  @Query(() => InvestorSearch.Connection, {
    description: 'Searches the active investors of verified organisations by name and thesis, the same for everyone.',
  })
  investorSearch(
    @Ctx() ctx: Context,
    @Args(() => InvestorSearchArgs) args: InvestorSearchArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FoundProfiles<InvestorProfile>> {
    const lists = {
      industries: 'INDUSTRY',
      regions: 'REGION',
      fundingStages: 'FUNDING_STAGE',
      cooperationModes: 'COOPERATION_MODE',
      trl: 'TRL',
    };
    return found(
      InvestorSearch,
      searchProfiles<InvestorProfile>(
        ctx,
        PROFILE_KINDS.InvestorProfile,
        lists,
        args,
        wantedBy(info, InvestorSearch.facetNames),
      ),
    );
  }

  @Query(() => TalentSearch.Connection, {
    description:
      'Searches the PUBLIC and active talents by headline, words, skills, evidence and workplace, the same for everyone. Those that only verified organisations may see are in `talentProfiles`.',
  })
  talentSearch(
    @Ctx() ctx: Context,
    @Args(() => TalentSearchArgs) args: TalentSearchArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FoundProfiles<TalentProfile>> {
    const lists = { kinds: 'KIND', industries: 'INDUSTRY', regions: 'REGION', languages: 'LANGUAGE', roles: 'ROLE' };
    return found(
      TalentSearch,
      searchProfiles<TalentProfile>(
        ctx,
        PROFILE_KINDS.TalentProfile,
        lists,
        args,
        wantedBy(info, TalentSearch.facetNames),
      ),
    );
  }

  @Query(() => DemandSearch.Connection, {
    description:
      'Searches the open demands of verified enterprises by title, description, targets and enterprise, the same for everyone.',
  })
  demandSearch(
    @Ctx() ctx: Context,
    @Args(() => DemandSearchArgs) args: DemandSearchArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FoundProfiles<Demand>> {
    const lists = { industries: 'INDUSTRY', regions: 'REGION', trl: 'TRL', standings: 'STANDING' };
    return found(
      DemandSearch,
      searchProfiles<Demand>(ctx, PROFILE_KINDS.Demand, lists, args, wantedBy(info, DemandSearch.facetNames)),
    );
  }
}

const found = async <T>(
  { Connection }: { Connection: new () => FoundProfiles<T> },
  result: Promise<FoundProfiles<T>>,
): Promise<FoundProfiles<T>> => Object.assign(new Connection(), await result);

/**
 * Determines which fields the client selected, because facets and highlights are expensive and computed only on
 * request.
 */
function wantedBy(info: GraphQLResolveInfo, names: readonly string[]): WantedProfiles {
  const fields = selectedFields(info, info.fieldNodes);
  const facets = argumentsOf(info, fields.get('facets') ?? []).flatMap(
    (given) => (given['names'] as string[] | null | undefined) ?? names,
  );
  return {
    facets: [...new Set(facets)],
    highlights: selectedFields(info, fields.get('edges') ?? []).has('highlights'),
    entries: fields.has('edges') || fields.has('nodes') || fields.has('pageInfo'),
  };
}
