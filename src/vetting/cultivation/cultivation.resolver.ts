import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Achievement } from '../../achievements/achievement.entity.js';
import { visibleAchievement } from '../../achievements/achievement.queries.js';
import type { Context } from '../../kernel/context.js';
import { Organisation } from '../../identity/organisations/organisation.entity.js';
import { visibleOrganisation } from '../../identity/organisations/organisations.service.js';
import { ConnectionArgs, type Page } from '../../graphql/pagination.js';
import { SupportService, SupportServiceConnection } from './cultivation.entity.js';
import {
  RemoveSupportServiceInput,
  RemoveSupportServicePayload,
  SetSupportServiceInput,
  SupportServiceFilter,
  SupportServicePayload,
} from './cultivation.inputs.js';
import { neighboursOfEntry, publicGraduationOf, rationalesOfEntry } from './cultivation.loaders.js';
import * as queries from './cultivation.queries.js';
import * as service from './cultivation.services.js';
import {
  AdmittedNeighbour,
  AnonymousRationale,
  Cultivation,
  CultivationGap,
  EntryChange,
  GapCode,
  GraduationFigures,
  GraduationRate,
  SuggestedService,
} from './cultivation.types.js';
import { CohortEntry } from '../cohort/entry.entity.js';

@Resolver(() => Cultivation)
export class CultivationResolver {
  @Query(() => [GapCode], { description: 'The gap codes: what may be missing in a result, per dimension. For anyone.' })
  gapCodes(): GapCode[] {
    return queries.listGapCodes();
  }

  @Query(() => GraduationFigures, {
    description:
      'Operator: how many results came into the pool after they had not been admitted, by institution and by gap.',
  })
  graduationFigures(@Ctx() ctx: Context): Promise<GraduationFigures> {
    return queries.graduationFigures(ctx);
  }

  @FieldResolver(() => [CultivationGap], { description: 'What is missing, by dimension.' })
  gaps(@Root() cultivation: Cultivation, @Ctx() ctx: Context): Promise<CultivationGap[]> {
    return queries.gapsOf(ctx, cultivation);
  }

  @FieldResolver(() => [AnonymousRationale], {
    description:
      'What reviewers gave to the lister. A dimension’s texts are shown where at least three reviewers judged it and at least two gave theirs; their order tells nothing.',
  })
  async rationales(@Root() cultivation: Cultivation, @Ctx() ctx: Context): Promise<AnonymousRationale[]> {
    return cultivation.ofPoolEntry ? [] : ctx.load(rationalesOfEntry).load(cultivation.entryId);
  }

  @FieldResolver(() => [AdmittedNeighbour], {
    description:
      'Results of the pool that are nearest by their texts, those of the same division first; at most five. Computed within a minute after the closing.',
  })
  neighbours(@Root() cultivation: Cultivation, @Ctx() ctx: Context): Promise<AdmittedNeighbour[]> {
    return ctx.load(neighboursOfEntry).load(cultivation.entryId);
  }

  @FieldResolver(() => [SuggestedService], {
    description: 'Services of the catalogue that help with the gaps, those that help with most first; at most ten.',
  })
  services(@Root() cultivation: Cultivation, @Ctx() ctx: Context): Promise<SuggestedService[]> {
    return queries.servicesOf(ctx, cultivation);
  }
}

@Resolver(() => AdmittedNeighbour)
export class AdmittedNeighbourResolver {
  @FieldResolver(() => Achievement, {
    nullable: true,
    description: 'The result; null where it has left the pool meanwhile.',
  })
  achievement(@Root() neighbour: AdmittedNeighbour, @Ctx() ctx: Context): Promise<Achievement | null> {
    return visibleAchievement(ctx, neighbour.achievementId);
  }
}

@Resolver(() => CohortEntry)
export class EntryCultivationResolver {
  @FieldResolver(() => Cultivation, {
    nullable: true,
    description:
      'What to do next, where its closed cohort did not admit it, or where it is in the pool and counterparts of matches decline it for the same reason again and again; for its institution and operators.',
  })
  cultivation(@Root() entry: CohortEntry, @Ctx() ctx: Context): Promise<Cultivation | null> {
    return queries.cultivationOf(ctx, entry);
  }

  @FieldResolver(() => EntryChange, {
    nullable: true,
    description:
      'What changed since its entry in an earlier cohort, where it was handed in again; for its institution and operators.',
  })
  change(@Root() entry: CohortEntry, @Ctx() ctx: Context): Promise<EntryChange | null> {
    return queries.changeOf(ctx, entry);
  }
}

@Resolver(() => Organisation)
export class OrganisationGraduationResolver {
  @FieldResolver(() => GraduationRate, {
    nullable: true,
    description:
      'How many of its results came into the pool after they had not been admitted; null where fewer than five were ever in cultivation.',
  })
  graduation(@Root() organisation: Organisation, @Ctx() ctx: Context): Promise<GraduationRate | null> {
    return ctx.load(publicGraduationOf).load(organisation.id);
  }
}

@Resolver(() => SupportService)
export class SupportServiceResolver {
  @Query(() => SupportServiceConnection, {
    description: 'The catalogue of support services, the newest first; for anyone.',
  })
  supportServices(
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('filter', () => SupportServiceFilter, { nullable: true, description: 'Narrows the list.' })
    filter?: SupportServiceFilter,
  ): Promise<Page<SupportService>> {
    return service.listSupportServices(ctx, filter, args);
  }

  @FieldResolver(() => Organisation, { nullable: true, description: 'The organisation that offers it.' })
  organisation(@Root() supported: SupportService, @Ctx() ctx: Context): Promise<Organisation | null> | null {
    return supported.organisationId === null ? null : visibleOrganisation(ctx, supported.organisationId);
  }

  @Mutation(() => SupportServicePayload, {
    description: 'Operator: writes a service of the catalogue, new or changed as a whole.',
  })
  async setSupportService(
    @Ctx() ctx: Context,
    @Arg('input', () => SetSupportServiceInput, { description: 'What it shall be.' }) input: SetSupportServiceInput,
  ): Promise<SupportServicePayload> {
    return { supportService: await service.setSupportService(ctx, input) };
  }

  @Mutation(() => RemoveSupportServicePayload, {
    description: 'Operator: takes a service out of the catalogue for good.',
  })
  async removeSupportService(
    @Ctx() ctx: Context,
    @Arg('input', () => RemoveSupportServiceInput, { description: 'Which.' }) input: RemoveSupportServiceInput,
  ): Promise<RemoveSupportServicePayload> {
    return { removedId: await service.removeSupportService(ctx, input) };
  }
}
