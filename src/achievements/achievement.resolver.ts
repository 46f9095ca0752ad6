import type { GraphQLResolveInfo } from 'graphql';
import { GraphQLJSON } from 'graphql-scalars';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../kernel/context.js';
import { Organisation, organisationById } from '../identity/organisations/organisation.entity.js';
import { Locale } from '../kernel/localized.js';
import { ConnectionArgs, type Page } from '../graphql/pagination.js';
import { readId } from '../kernel/node.js';
import { Achievement, AchievementConnection } from './achievement.entity.js';
import {
  AchievementActionInput,
  AchievementListFilter,
  CreateAchievementInput,
  DecideNdaInput,
  RequestNdaInput,
  UpdateAchievementInput,
} from './achievement.inputs.js';
import * as queries from './achievement.queries.js';
import * as service from './achievement.service.js';
import { deleteDraftAchievement } from './draft.service.js';
import { DeleteDraftInput, deletedDraft, DeletedDraftPayload } from '../profiles/draft.inputs.js';
import {
  AchievementPayload,
  AchievementRevision,
  DuplicateOf,
  FieldChange,
  MissingField,
  NdaGrantConnection,
  NdaPayload,
  NearDuplicateConnection,
  NearDuplicatePayload,
  TieredContent,
  AchievementStatusCount,
} from './achievement.types.js';
import { EvidenceFile, NdaGrant, NearDuplicate } from './achievement-parts.entity.js';
import { dismissDuplicate } from './duplicates.service.js';
import { decideNda, requestNda } from './disclosure/nda.service.js';
import { DisclosureTier, AchievementOrder, NdaStatus } from './vocabularies.js';
import { localeArg } from '../graphql/locale-arg.js';
import { Reads, readsOfEntries } from '../graphql/read-columns.js';
import { countByStatus } from './own-list.js';

const idArg = { description: 'Its id.' } as const;

const payload = async (achievement: Promise<Achievement>): Promise<AchievementPayload> => ({
  achievement: await achievement,
});

const orderArg = { nullable: true, description: 'In which order; NEWEST by default.' } as const;

@Resolver(() => Achievement)
export class AchievementResolver {
  @Query(() => Achievement, {
    nullable: true,
    description: 'One achievement; null when it is not there or not for the viewer.',
  })
  achievement(@Ctx() ctx: Context, @Arg('id', () => ID, idArg) id: string): Promise<Achievement | null> {
    return queries.openAchievement(ctx, readId('id', 'Achievement', id));
  }

  @Query(() => AchievementConnection, {
    description:
      'Achievements that the viewer may see, newest first: the pool for the public, all of their own for listers, everything for operators. To search the pool use achievementSearch.',
  })
  achievements(
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Info() info: GraphQLResolveInfo,
    @Arg('filter', () => AchievementListFilter, { nullable: true, description: 'Narrows the list.' })
    filter?: AchievementListFilter,
    @Arg('order', () => AchievementOrder, orderArg) order?: AchievementOrder,
  ): Promise<Page<Achievement>> {
    return queries.listAchievements(ctx, filter, args, readsOfEntries(info), order);
  }

  @Query(() => [FieldChange], {
    description: 'The fields in which two revisions of a record differ; for its institution and operators.',
  })
  compareRevisions(
    @Ctx() ctx: Context,
    @Arg('id', () => ID, idArg) id: string,
    @Arg('from', () => Int, { description: 'The earlier revision.' }) from: number,
    @Arg('to', () => Int, { description: 'The later revision.' }) to: number,
  ): Promise<FieldChange[]> {
    return queries.compareRevisions(ctx, id, from, to);
  }

  @Query(() => NearDuplicateConnection, { description: 'Open near-duplicates, most similar first; for operators.' })
  nearDuplicates(@Ctx() ctx: Context, @Args(() => ConnectionArgs) args: ConnectionArgs): Promise<Page<NearDuplicate>> {
    return queries.listNearDuplicates(ctx, args);
  }

  @Reads<Achievement>('status', 'institutionId')
  @FieldResolver(() => TieredContent, {
    description: 'The longer text of a disclosure tier, if the viewer may read it.',
  })
  content(
    @Root() achievement: Achievement,
    @Ctx() ctx: Context,
    @Arg('tier', () => DisclosureTier, { defaultValue: 'PUBLIC', description: 'Which tier; PUBLIC is the abstract.' })
    tier: DisclosureTier,
    @Arg('locale', () => Locale, localeArg) locale?: Locale,
  ): Promise<TieredContent> {
    return queries.contentByTier(ctx, achievement, tier, locale);
  }

  @Reads<Achievement>('status', 'institutionId')
  @FieldResolver(() => [EvidenceFile], { description: 'Evidence files that the viewer may open.' })
  evidence(@Root() achievement: Achievement, @Ctx() ctx: Context): Promise<EvidenceFile[]> {
    return queries.openEvidence(ctx, achievement);
  }

  @Reads<Achievement>('institutionId')
  @FieldResolver(() => [AchievementRevision], {
    description: 'Its revisions, newest first; empty for all but its institution and operators.',
  })
  revisions(
    @Root() achievement: Achievement,
    @Ctx() ctx: Context,
    @Arg('first', () => Int, { defaultValue: 20, description: 'How many: 1 to 100.' }) first: number,
    @Arg('before', () => Int, {
      nullable: true,
      description: 'Only those with a smaller number: the last one of the page before.',
    })
    before?: number,
  ): Promise<AchievementRevision[]> {
    return queries.listRevisions(ctx, achievement, first, before);
  }

  @Reads<Achievement>('institutionId')
  @FieldResolver(() => GraphQLJSON, {
    nullable: true,
    description:
      'The whole record in the shape of AchievementInput, for an edit form; null for all but its institution and operators.',
  })
  record(@Root() achievement: Achievement, @Ctx() ctx: Context): Promise<unknown> {
    return queries.editableRecord(ctx, achievement);
  }

  @Reads<Achievement>('institutionId')
  @FieldResolver(() => [MissingField], {
    nullable: true,
    description: 'What is missing before it can be registered; null for all but its institution and operators.',
  })
  missing(
    @Root() achievement: Achievement,
    @Ctx() ctx: Context,
    @Arg('locale', () => Locale, localeArg) locale?: Locale,
  ): Promise<MissingField[] | null> {
    return queries.missingFields(ctx, achievement, locale);
  }

  @Reads<Achievement>('institutionId')
  @FieldResolver(() => [DuplicateOf], {
    nullable: true,
    description: 'Results that look like this one; null for all but its institution and operators.',
  })
  nearDuplicatesOf(@Root() achievement: Achievement, @Ctx() ctx: Context): Promise<DuplicateOf[] | null> {
    return queries.nearDuplicates(ctx, achievement);
  }

  @Mutation(() => AchievementPayload, { description: 'Writes a new draft.' })
  createAchievement(
    @Ctx() ctx: Context,
    @Arg('input', () => CreateAchievementInput, { description: 'What to write.' }) input: CreateAchievementInput,
  ): Promise<AchievementPayload> {
    return payload(service.createAchievement(ctx, input));
  }

  @Mutation(() => AchievementPayload, {
    description:
      'Edits the record. An edit of a stale revision is a CONFLICT (STALE_REVISION) that shows both sides, field by field.',
  })
  updateAchievement(
    @Ctx() ctx: Context,
    @Arg('input', () => UpdateAchievementInput, { description: 'What changes.' }) input: UpdateAchievementInput,
  ): Promise<AchievementPayload> {
    return payload(service.updateAchievement(ctx, input));
  }

  @Mutation(() => AchievementPayload, { description: 'Registers a complete draft; looks for near-duplicates.' })
  registerAchievement(
    @Ctx() ctx: Context,
    @Arg('input', () => AchievementActionInput, { description: 'Which.' }) input: AchievementActionInput,
  ): Promise<AchievementPayload> {
    return payload(service.registerAchievement(ctx, input));
  }

  @Mutation(() => AchievementPayload, { description: 'Takes an achievement back; reopenAchievement undoes it.' })
  withdrawAchievement(
    @Ctx() ctx: Context,
    @Arg('input', () => AchievementActionInput, { description: 'Which.' }) input: AchievementActionInput,
  ): Promise<AchievementPayload> {
    return payload(service.withdrawAchievement(ctx, input));
  }

  @Mutation(() => AchievementPayload, { description: 'Makes a withdrawn achievement a draft again.' })
  reopenAchievement(
    @Ctx() ctx: Context,
    @Arg('input', () => AchievementActionInput, { description: 'Which.' }) input: AchievementActionInput,
  ): Promise<AchievementPayload> {
    return payload(service.reopenAchievement(ctx, input));
  }

  @Mutation(() => DeletedDraftPayload, {
    description:
      'Deletes an achievement that was never registered, with its evidence, for good; what was registered is withdrawn instead.',
  })
  deleteDraftAchievement(
    @Ctx() ctx: Context,
    @Arg('input', () => DeleteDraftInput, { description: 'Which, in which revision.' }) input: DeleteDraftInput,
  ): Promise<DeletedDraftPayload> {
    return deletedDraft(deleteDraftAchievement(ctx, input));
  }

  @Mutation(() => AchievementPayload, { description: 'Takes an entry out of the pool at its institution’s wish.' })
  retireAchievement(
    @Ctx() ctx: Context,
    @Arg('input', () => AchievementActionInput, { description: 'Which.' }) input: AchievementActionInput,
  ): Promise<AchievementPayload> {
    return payload(service.retireAchievement(ctx, input));
  }

  @Mutation(() => AchievementPayload, { description: 'Operator: brings a retired entry back.' })
  reinstateAchievement(
    @Ctx() ctx: Context,
    @Arg('input', () => AchievementActionInput, { description: 'Which.' }) input: AchievementActionInput,
  ): Promise<AchievementPayload> {
    return payload(service.reinstateAchievement(ctx, input));
  }

  @Mutation(() => AchievementPayload, { description: 'Operator: undoes an admission, with a reason.' })
  revokeAdmission(
    @Ctx() ctx: Context,
    @Arg('input', () => AchievementActionInput, { description: 'Which, and why.' }) input: AchievementActionInput,
  ): Promise<AchievementPayload> {
    return payload(service.revokeAdmission(ctx, input));
  }

  @Mutation(() => NearDuplicatePayload, {
    description: 'Operator: notes that two near-duplicates are different results.',
  })
  async dismissDuplicate(
    @Ctx() ctx: Context,
    @Arg('input', () => AchievementActionInput, { description: 'The pair’s id, and why.' })
    input: AchievementActionInput,
  ): Promise<NearDuplicatePayload> {
    return { pair: await dismissDuplicate(ctx, input) };
  }

  @Mutation(() => NdaPayload, {
    description: 'Asks for the NDA tier of an achievement on behalf of a verified organisation.',
  })
  async requestNda(
    @Ctx() ctx: Context,
    @Arg('input', () => RequestNdaInput, { description: 'Which, for whom, why.' }) input: RequestNdaInput,
  ): Promise<NdaPayload> {
    return { grant: await requestNda(ctx, input) };
  }

  @Mutation(() => NdaPayload, { description: 'Lister: grants, refuses or revokes the NDA tier.' })
  async decideNda(
    @Ctx() ctx: Context,
    @Arg('input', () => DecideNdaInput, { description: 'The decision.' }) input: DecideNdaInput,
  ): Promise<NdaPayload> {
    return { grant: await decideNda(ctx, input) };
  }
}

@Resolver(() => Organisation)
export class OrganisationAchievementsResolver {
  @FieldResolver(() => AchievementConnection, {
    description: 'Its achievements that the viewer may see, by default newest first.',
  })
  achievements(
    @Root() organisation: Organisation,
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Info() info: GraphQLResolveInfo,
    @Arg('filter', () => AchievementListFilter, { nullable: true, description: 'Narrows the list.' })
    filter?: AchievementListFilter,
    @Arg('order', () => AchievementOrder, orderArg) order?: AchievementOrder,
  ): Promise<Page<Achievement>> {
    return queries.listAchievements(
      ctx,
      { ...filter, institutionId: organisation.globalId },
      args,
      readsOfEntries(info),
      order,
    );
  }

  @FieldResolver(() => [AchievementStatusCount], {
    description:
      'How many of its achievements that the viewer may see have each status; statuses that none has are left out.',
  })
  achievementCounts(@Root() organisation: Organisation, @Ctx() ctx: Context): Promise<AchievementStatusCount[]> {
    return countByStatus(ctx, organisation.id);
  }

  @FieldResolver(() => NdaGrantConnection, {
    nullable: true,
    description:
      'Who asked for the NDA tier of its achievements, newest first; for its members and operators, null for others.',
  })
  ndaRequests(
    @Root() organisation: Organisation,
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('statuses', () => [NdaStatus], { nullable: true, description: 'With one of these statuses.' })
    statuses?: NdaStatus[],
  ): Promise<Page<NdaGrant> | null> {
    return queries.listNdaRequests(ctx, organisation.id, args, statuses);
  }
}

@Resolver(() => NdaGrant)
export class NdaGrantResolver {
  @FieldResolver(() => Achievement, { nullable: true, description: 'The achievement.' })
  achievement(@Root() grant: NdaGrant, @Ctx() ctx: Context): Promise<Achievement | null> {
    return queries.visibleAchievement(ctx, grant.achievementId);
  }

  @FieldResolver(() => Organisation, { description: 'The organisation that asked.' })
  organisation(@Root() grant: NdaGrant, @Ctx() ctx: Context): Promise<Organisation | null> {
    return ctx.load(organisationById).load(grant.organisationId);
  }
}

@Resolver(() => NearDuplicate)
export class NearDuplicateResolver {
  @FieldResolver(() => [Achievement], { description: 'The two results, as far as the viewer may see them.' })
  async achievements(@Root() pair: NearDuplicate, @Ctx() ctx: Context): Promise<Achievement[]> {
    const both = await Promise.all([pair.aId, pair.bId].map((id) => queries.visibleAchievement(ctx, id)));
    return both.filter((achievement) => achievement !== null);
  }
}
