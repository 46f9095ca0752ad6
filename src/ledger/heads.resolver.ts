import { Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { In } from 'typeorm';
import type { Context } from '../kernel/context.js';
import { byKey, defineLoader } from '../lib/batching.js';
import { ConnectionArgs, keysetPage, type Page } from '../graphql/pagination.js';
import { LedgerHead, LedgerHeadConnection, LedgerKey } from './heads.entity.js';
import { HEAD_FORMAT, type PublishedHead } from './heads.js';

const keyById = defineLoader<string, LedgerKey | null>(async (db, ids) =>
  byKey(ids, await db.findBy(LedgerKey, { kid: In([...ids]) }), (key) => key.kid),
);

@Resolver(() => LedgerHead)
export class LedgerHeadResolver {
  @Query(() => LedgerHeadConnection, {
    description:
      'The signed heads of the ledger, the newest first; for anyone. The newest as a file: GET /ledger/head.json.',
  })
  ledgerHeads(@Ctx() ctx: Context, @Args(() => ConnectionArgs) args: ConnectionArgs): Promise<Page<LedgerHead>> {
    return keysetPage(ctx.db.createQueryBuilder(LedgerHead, 'h'), args, [
      { sql: 'h.seq', direction: 'DESC', cast: 'bigint', value: (head) => head.seq },
    ]);
  }

  @Query(() => [LedgerKey], {
    description: 'The public keys under which heads are or were signed, the oldest first; for anyone.',
  })
  ledgerKeys(@Ctx() ctx: Context): Promise<LedgerKey[]> {
    return ctx.db.find(LedgerKey, { order: { createdAt: 'ASC', kid: 'ASC' } });
  }

  @FieldResolver(() => LedgerKey, { description: 'The key that it is signed with.' })
  key(@Root() head: LedgerHead, @Ctx() ctx: Context): Promise<LedgerKey | null> {
    return ctx.load(keyById).load(head.kid);
  }

  @FieldResolver(() => String, {
    description: 'It as the content of a file for `npm run ledger:verify -- --head FILE`.',
  })
  async file(@Root() head: LedgerHead, @Ctx() ctx: Context): Promise<string> {
    const key = await ctx.load(keyById).load(head.kid);
    const { seq, hash, cohort, signedAt, kid, signature } = head;
    const published: PublishedHead = {
      format: HEAD_FORMAT,
      seq,
      hash,
      cohort,
      signedAt: signedAt.toISOString(),
      kid,
      publicKey: key?.publicKey ?? '',
      signature,
    };
    return JSON.stringify(published);
  }
}
