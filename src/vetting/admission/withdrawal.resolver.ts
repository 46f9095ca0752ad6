import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { can } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import { ConnectionArgs, type Page } from '../../graphql/pagination.js';
import { entryById } from '../cohort/cohort.access.js';
import { Cohort } from '../cohort/cohort.entity.js';
import { CohortEntry } from '../cohort/entry.entity.js';
import { EntryWithdrawal, EntryWithdrawalConnection } from './withdrawal.entity.js';
import { AnswerWithdrawalInput, EntryWithdrawalPayload, RequestWithdrawalInput } from './withdrawal.inputs.js';
import { canRequestWithdrawal, latestWithdrawal, listWithdrawals } from './withdrawal.queries.js';
import { answerWithdrawal, requestWithdrawal } from './withdrawal.service.js';

@Resolver(() => EntryWithdrawal)
export class EntryWithdrawalResolver {
  @FieldResolver(() => CohortEntry, { description: 'The entry.' })
  entry(@Root() withdrawal: EntryWithdrawal, @Ctx() ctx: Context): Promise<CohortEntry | null> {
    return ctx.load(entryById).load(withdrawal.entryId);
  }

  @Mutation(() => EntryWithdrawalPayload, {
    description:
      'Editor or owner of the institution: asks to take its entry out of a cohort between freezing and closing; operators are told. A request that waits is returned as it is. While the cohort is open, withdraw the result itself.',
  })
  async requestWithdrawal(
    @Ctx() ctx: Context,
    @Arg('input', () => RequestWithdrawalInput, { description: 'Which entry, and why.' }) input: RequestWithdrawalInput,
  ): Promise<EntryWithdrawalPayload> {
    return { withdrawal: await requestWithdrawal(ctx, input) };
  }

  @Mutation(() => EntryWithdrawalPayload, {
    description:
      'Operator: confirms or refuses a withdrawal. Confirmed, the entry stays in the denominator and is not admitted, its open seats are returned, and during the public notice the next one moves up, with a notice of its own in full.',
  })
  async answerWithdrawal(
    @Ctx() ctx: Context,
    @Arg('input', () => AnswerWithdrawalInput, { description: 'The answer.' }) input: AnswerWithdrawalInput,
  ): Promise<EntryWithdrawalPayload> {
    return { withdrawal: await answerWithdrawal(ctx, input) };
  }
}

@Resolver(() => CohortEntry)
export class EntryWithdrawalsResolver {
  @FieldResolver(() => EntryWithdrawal, {
    nullable: true,
    description: 'The newest request to take it out of the cohort; for its institution and operators.',
  })
  withdrawal(@Root() entry: CohortEntry, @Ctx() ctx: Context): Promise<EntryWithdrawal | null> {
    return latestWithdrawal(ctx, entry);
  }

  @FieldResolver(() => Boolean, { description: 'Whether the viewer may ask to take it out of the cohort now.' })
  viewerCanRequestWithdrawal(@Root() entry: CohortEntry, @Ctx() ctx: Context): Promise<boolean> {
    return canRequestWithdrawal(ctx, entry);
  }
}

@Resolver(() => Cohort)
export class CohortWithdrawalsResolver {
  @FieldResolver(() => EntryWithdrawalConnection, {
    nullable: true,
    description: 'Requests to take entries out of it, the newest first; for operators, null for others.',
  })
  withdrawals(
    @Root() cohort: Cohort,
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('open', () => Boolean, {
      nullable: true,
      description: 'True: only those that wait for an answer; false: only those answered.',
    })
    open?: boolean,
  ): Promise<Page<EntryWithdrawal>> | null {
    return can(ctx, 'reviewing:oversee', undefined) ? listWithdrawals(ctx, cohort, open, args) : null;
  }
}
