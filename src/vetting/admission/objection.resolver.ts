import { Arg, Ctx, FieldResolver, Int, Mutation, Resolver, Root } from 'type-graphql';
import { Account, accountById } from '../../identity/accounts/account.entity.js';
import { can } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import { Objection } from '../../objections/objection.entity.js';
import { entryById } from '../cohort/cohort.access.js';
import {
  AnswerObjectionInput,
  ObjectionPayload,
  RaiseObjectionInput,
  ReplyToObjectionInput,
} from '../cohort/cohort.inputs.js';
import { CohortEntry } from '../cohort/entry.entity.js';
import { answerObjection, raiseObjection } from './notice.service.js';
import { canReply, replyToObjection, showsReply } from './objection.replies.js';

@Resolver(() => Objection)
export class ObjectionResolver {
  @FieldResolver(() => CohortEntry, { description: 'The entry.' })
  entry(@Root() objection: Objection, @Ctx() ctx: Context): Promise<CohortEntry | null> {
    return ctx.load(entryById).load(objection.entryId);
  }

  @FieldResolver(() => Account, {
    nullable: true,
    description:
      'Who objects; for that person and for operators without a tie to the institution, null for others and once erased.',
  })
  async by(@Root() objection: Objection, @Ctx() ctx: Context): Promise<Account | null> {
    if (objection.accountId === null) return null;
    if (objection.accountId !== ctx.viewer.accountId) {
      const entry = await ctx.load(entryById).load(objection.entryId);
      if (!can(ctx, 'platform:operate', { organisationId: entry?.institutionId })) return null;
    }
    return ctx.load(accountById).load(objection.accountId);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'The reply of the entry’s institution: for its members and for operators without a tie to it; for the author of the objection once it is decided. Null while there is none; a fixed sentence once the account that wrote it is erased.',
  })
  async reply(@Root() objection: Objection, @Ctx() ctx: Context): Promise<string | null> {
    return (await showsReply(ctx, objection)) ? objection.replyText : null;
  }

  @FieldResolver(() => Date, {
    nullable: true,
    description: 'When the reply was last written; seen as the reply is.',
  })
  async repliedAt(@Root() objection: Objection, @Ctx() ctx: Context): Promise<Date | null> {
    return (await showsReply(ctx, objection)) ? objection.repliedTime : null;
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description:
      'Number of times that the reply was written, 0 while there is none; send it with a change of the reply, or with the answer. Seen as the reply is.',
  })
  async replyRevision(@Root() objection: Objection, @Ctx() ctx: Context): Promise<number | null> {
    return (await showsReply(ctx, objection)) ? objection.replyNumber : null;
  }

  @FieldResolver(() => Boolean, {
    description: 'Whether the viewer may reply to it, or change the reply, now.',
  })
  viewerCanReply(@Root() objection: Objection, @Ctx() ctx: Context): Promise<boolean> {
    return canReply(ctx, objection);
  }

  @Mutation(() => ObjectionPayload, {
    description:
      'Objects to a proposed admission during the public notice. Needs a confirmed e-mail address; operators see the name.',
  })
  async raiseObjection(
    @Ctx() ctx: Context,
    @Arg('input', () => RaiseObjectionInput, { description: 'Against which entry, and why.' })
    input: RaiseObjectionInput,
  ): Promise<ObjectionPayload> {
    return { objection: await raiseObjection(ctx, input) };
  }

  @Mutation(() => ObjectionPayload, {
    description:
      'Right of reply: an editor or owner of the entry’s institution replies to an objection that waits for its answer, or changes the reply. Operators are told and read it before they decide; the author of the objection reads it with the decision.',
  })
  async replyToObjection(
    @Ctx() ctx: Context,
    @Arg('input', () => ReplyToObjectionInput, { description: 'To which objection, and the reply.' })
    input: ReplyToObjectionInput,
  ): Promise<ObjectionPayload> {
    return { objection: await replyToObjection(ctx, input) };
  }

  @Mutation(() => ObjectionPayload, {
    description:
      'Operator: answers an objection. Upheld, the entry is not admitted and the next one moves up, with a public notice of its own in full.',
  })
  async answerObjection(
    @Ctx() ctx: Context,
    @Arg('input', () => AnswerObjectionInput, { description: 'The answer.' }) input: AnswerObjectionInput,
  ): Promise<ObjectionPayload> {
    return { objection: await answerObjection(ctx, input) };
  }
}
