import type { EntityManager } from 'typeorm';
import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { requireLogin, type Context } from '../kernel/context.js';
import { badInput } from '../kernel/errors.js';
import { Locale } from '../kernel/localized.js';
import { write } from '../kernel/write.js';
import { MAIL_KINDS, MailKind, MANDATORY } from './mail.events.js';
import { optOutsOf, setWanted } from './opt-out.js';
import { MailPreference, SetMailPreferenceInput, SetMailPreferencePayload } from './preferences.types.js';
import { say } from '../messages/catalogue.js';

async function readPreferences(ctx: Context, db: EntityManager): Promise<MailPreference[]> {
  const optOuts = await optOutsOf(db, ctx.app, `account:${requireLogin(ctx).accountId}`);
  const unwanted = new Set(optOuts.map(({ kind }) => kind));
  return Object.values(MailKind).map((kind) => ({
    kind,
    about: MAIL_KINDS[kind][ctx.locale === Locale.ZH ? 'zh' : 'en'],
    wanted: !unwanted.has(kind),
    mandatory: MANDATORY.has(kind),
  }));
}

@Resolver()
export class MailPreferenceResolver {
  @Query(() => [MailPreference], { description: 'Which kinds of mail the viewer gets.' })
  async mailPreferences(@Ctx() ctx: Context): Promise<MailPreference[]> {
    return readPreferences(ctx, ctx.db);
  }

  @Mutation(() => SetMailPreferencePayload, {
    description: 'Switches mails of one kind on or off. BAD_USER_INPUT (MANDATORY) for mails on the account itself.',
  })
  async setMailPreference(
    @Ctx() ctx: Context,
    @Arg('input', () => SetMailPreferenceInput, { description: 'The kind, and whether it is wanted.' })
    input: SetMailPreferenceInput,
  ): Promise<SetMailPreferencePayload> {
    const { accountId } = requireLogin(ctx);
    if (!input.wanted && MANDATORY.has(input.kind)) throw badInput('input.kind', 'MANDATORY', say('MANDATORY.mails'));
    return write(ctx, async (tx) => {
      await setWanted(tx, ctx.app, `account:${accountId}`, input.kind, input.wanted, ctx.now());
      return { preferences: await readPreferences(ctx, tx) };
    });
  }
}
