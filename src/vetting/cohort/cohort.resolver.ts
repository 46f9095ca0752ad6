import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../../kernel/context.js';
import { ConnectionArgs, type Page } from '../../graphql/pagination.js';
import { readId } from '../../kernel/node.js';
import { closeCohort } from '../admission/closing.service.js';
import { deletedDraft, DeletedDraftPayload, DeleteUnfinishedInput } from '../../profiles/draft.inputs.js';
import { deleteCohort } from './cohort.deletion.js';
import { Cohort, CohortConnection } from './cohort.entity.js';
import {
  CloseCohortResult,
  CohortActionInput,
  CohortEntryFilter,
  CohortPayload,
  CreateCohortInput,
  FreezeCohortResult,
  StartPublicNoticeInput,
  StartPublicNoticeResult,
  StartReviewingResult,
  UnfreezeCohortInput,
  UpdateCohortInput,
  UpdateCohortResult,
} from './cohort.inputs.js';
import { countsOfCohort } from './cohort.loaders.js';
import * as queries from './cohort.queries.js';
import * as service from './cohort.service.js';
import { CohortCounts, CohortProgress, PoolPlace, PoolPlaceConnection } from './cohort.types.js';
import { CohortEntry, CohortEntryConnection } from './entry.entity.js';
import { startPublicNotice } from '../admission/notice.service.js';
import { Objection, ObjectionConnection } from '../../objections/objection.entity.js';
import { orRefusal, type VettingRefusal } from '../vetting.errors.js';

const which = { description: 'Which.' } as const;
const payload = async (cohort: Promise<Cohort>): Promise<CohortPayload> =>
  Object.assign(new CohortPayload(), { cohort: await cohort });

@Resolver(() => Cohort)
export class CohortResolver {
  @Query(() => CohortConnection, { description: 'All cohorts, the newest first; for anyone.' })
  cohorts(@Ctx() ctx: Context, @Args(() => ConnectionArgs) args: ConnectionArgs): Promise<Page<Cohort>> {
    return queries.listCohorts(ctx, args);
  }

  @Query(() => Cohort, { nullable: true, description: 'One cohort; for anyone.' })
  cohort(@Ctx() ctx: Context, @Arg('id', () => ID, { description: 'Its id.' }) id: string): Promise<Cohort | null> {
    return queries.readCohort(ctx, readId('id', 'Cohort', id));
  }

  @Query(() => PoolPlaceConnection, {
    description:
      'The order of the pool by calibrated score, within an industry of any level, as the last closing left it. It changes at closings only.',
  })
  poolRanking(
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('industry', () => String, {
      nullable: true,
      description: 'Code of GB/T 4754-2017, of any level; the whole pool without one.',
    })
    industry?: string,
  ): Promise<Page<PoolPlace>> {
    return queries.poolRanking(ctx, industry, args);
  }

  @FieldResolver(() => CohortCounts, {
    description: 'It in numbers: registered, screened out and why, reviewed, proposed.',
  })
  counts(@Root() cohort: Cohort, @Ctx() ctx: Context): Promise<CohortCounts> {
    return ctx.load(countsOfCohort).load(cohort.id);
  }

  @FieldResolver(() => CohortProgress, {
    nullable: true,
    description: 'Where its work stands; for operators, null for others.',
  })
  progress(@Root() cohort: Cohort, @Ctx() ctx: Context): Promise<CohortProgress> | null {
    return queries.readProgress(ctx, cohort);
  }

  @FieldResolver(() => CohortEntryConnection, {
    description: 'Its entries: for operators and among the proposed by rank, else in the order of entering.',
  })
  entries(
    @Root() cohort: Cohort,
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('filter', () => CohortEntryFilter, { nullable: true, description: 'Narrows the list.' })
    filter?: CohortEntryFilter,
  ): Promise<Page<CohortEntry>> {
    return queries.listEntries(ctx, cohort, filter, args);
  }

  @FieldResolver(() => ObjectionConnection, {
    description:
      'Objections that the viewer may see, the newest first: all for operators, else the viewer’s own and those against entries of the viewer’s organisations.',
  })
  objections(
    @Root() cohort: Cohort,
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('open', () => Boolean, {
      nullable: true,
      description: 'True: only those that wait for an answer; false: only those answered.',
    })
    open?: boolean,
  ): Promise<Page<Objection>> {
    return queries.listObjections(ctx, cohort, open, args);
  }

  @Mutation(() => CohortPayload, {
    description:
      'Operator: opens a cohort. One is open at a time; results registered while none was open enter at once, later ones as they are registered.',
  })
  createCohort(
    @Ctx() ctx: Context,
    @Arg('input', () => CreateCohortInput, { description: 'Year, name and settings.' }) input: CreateCohortInput,
  ): Promise<CohortPayload> {
    return payload(service.createCohort(ctx, input));
  }

  @Mutation(() => DeletedDraftPayload, {
    description:
      'Operator: deletes an open cohort for good, with its entries, as long as it was never frozen and nobody has decided or appealed about an entry. Its registered results enter the next cohort.',
  })
  deleteCohort(
    @Ctx() ctx: Context,
    @Arg('input', () => DeleteUnfinishedInput, which) input: DeleteUnfinishedInput,
  ): Promise<DeletedDraftPayload> {
    return deletedDraft(deleteCohort(ctx, input));
  }

  @Mutation(() => UpdateCohortResult, { description: 'Operator: changes name and settings of an open cohort.' })
  updateCohort(
    @Ctx() ctx: Context,
    @Arg('input', () => UpdateCohortInput, { description: 'What changes.' }) input: UpdateCohortInput,
  ): Promise<CohortPayload | VettingRefusal> {
    return orRefusal(payload(service.updateCohort(ctx, input)));
  }

  @Mutation(() => UpdateCohortResult, {
    description:
      'Operator: runs the automatic screen of an open cohort now. It also runs by itself after registrations and at the freezing.',
  })
  screenCohort(
    @Ctx() ctx: Context,
    @Arg('input', () => CohortActionInput, which) input: CohortActionInput,
  ): Promise<CohortPayload | VettingRefusal> {
    return orRefusal(payload(service.screenCohort(ctx, input)));
  }

  @Mutation(() => FreezeCohortResult, {
    description:
      'Operator: fixes the denominator and the settings. What counts can be edited no more until the cohort is closed. Refused while an appeal is open, and if the last screen changes what counted.',
  })
  freezeCohort(
    @Ctx() ctx: Context,
    @Arg('input', () => CohortActionInput, which) input: CohortActionInput,
    @Arg('seenAt', () => Date, {
      nullable: true,
      description:
        'When the operator looked at the entries: the freezing is refused with ScreenChanged if the screen of an entry changed after that. Without it, only what the freezing itself would change stops it.',
    })
    seenAt?: Date | null,
  ): Promise<CohortPayload | VettingRefusal> {
    return orRefusal(payload(service.freezeCohort(ctx, input, seenAt ?? null)));
  }

  @Mutation(() => CohortPayload, {
    description: 'Operator: opens a frozen cohort again, before reviewing begins; assignments fall away.',
  })
  unfreezeCohort(
    @Ctx() ctx: Context,
    @Arg('input', () => UnfreezeCohortInput, { description: 'Which, and why.' }) input: UnfreezeCohortInput,
  ): Promise<CohortPayload> {
    return payload(service.unfreezeCohort(ctx, input));
  }

  @Mutation(() => StartReviewingResult, {
    description: 'Operator: opens the reviewers’ desks, once every counted entry has its reviewers.',
  })
  startReviewing(
    @Ctx() ctx: Context,
    @Arg('input', () => CohortActionInput, which) input: CohortActionInput,
  ): Promise<CohortPayload | VettingRefusal> {
    return orRefusal(payload(service.startReviewing(ctx, input)));
  }

  @Mutation(() => StartPublicNoticeResult, {
    description: 'Operator: ends reviewing, calibrates the scores and puts the proposed admissions on public notice.',
  })
  startPublicNotice(
    @Ctx() ctx: Context,
    @Arg('input', () => StartPublicNoticeInput, which) input: StartPublicNoticeInput,
  ): Promise<CohortPayload | VettingRefusal> {
    return orRefusal(payload(startPublicNotice(ctx, input)));
  }

  @Mutation(() => CloseCohortResult, {
    description:
      'Operator: admits what is proposed, all or nothing, issues passports, sends the others into cultivation and computes the order of the pool again.',
  })
  closeCohort(
    @Ctx() ctx: Context,
    @Arg('input', () => CohortActionInput, which) input: CohortActionInput,
  ): Promise<CohortPayload | VettingRefusal> {
    return orRefusal(payload(closeCohort(ctx, input)));
  }
}
