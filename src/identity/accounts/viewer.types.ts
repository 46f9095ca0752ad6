import { Ctx, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import type { Context } from '../../kernel/context.js';
import { Locale } from '../../kernel/localized.js';
import { Account } from './account.entity.js';
import type { KnownViewer } from '../../kernel/viewer.js';

/** How a request was authenticated. */
export const AuthenticationMethod = { SESSION: 'SESSION', API_KEY: 'API_KEY' } as const;
export type AuthenticationMethod = keyof typeof AuthenticationMethod;
registerEnumType(AuthenticationMethod, {
  name: 'AuthenticationMethod',
  description: 'How a request was authenticated.',
  valuesConfig: {
    SESSION: { description: 'By the access token of a session.' },
    API_KEY: { description: 'By an API key.' },
  },
});

/** The GraphQL type of the viewer's own account, with fields that nobody else sees; it wraps an Account row. */
@ObjectType({ description: 'The viewer’s own account, with what nobody else sees.' })
export class PrivateAccount {
  constructor(private readonly row: Account) {}

  @Field(() => ID, { description: 'Id of the account, of type Account.' })
  get id(): string {
    return this.row.globalId;
  }

  @Field(() => String, { description: 'E-mail address.' })
  get email(): string {
    return this.row.email ?? '';
  }

  @Field(() => Boolean, { description: 'Whether the address is confirmed.' })
  get emailConfirmed(): boolean {
    return this.row.emailConfirmedAt !== null;
  }

  @Field(() => String, {
    nullable: true,
    description: 'The address that `requestEmailChange` asked for and that is not confirmed yet; null where none is.',
  })
  async pendingEmail(@Ctx() ctx: Context): Promise<string | null> {
    const [row] = (await ctx.db.query(
      `SELECT new_email FROM email_change WHERE account_id = $1 AND confirmed_at IS NULL AND expires_at > $2`,
      [this.row.id, ctx.now()],
    )) as Array<{ new_email: string }>;
    return row?.new_email ?? null;
  }

  @Field(() => String, { description: 'The name that others see.' })
  get displayName(): string {
    return this.row.displayName ?? '';
  }

  @Field(() => Locale, { description: 'Language of mails.' })
  get locale(): Locale {
    return this.row.locale;
  }

  @Field(() => Boolean, { description: 'Whether log-in asks for a second factor.' })
  get twoFactorEnabled(): boolean {
    return this.row.totpEnabledAt !== null;
  }

  @Field(() => Date, { description: 'Since when.' })
  get createdAt(): Date {
    return this.row.createdAt;
  }
}

/** The GraphQL type of the logged-in viewer; ViewerResolver resolves its lists. */
@ObjectType('Viewer', { description: 'Who asks: the account, its rights and its credentials.' })
export class ViewerProfile {
  constructor(viewer: KnownViewer) {
    this.isOperator = viewer.isOperator;
    this.isOperatorPending = viewer.isOperatorPending;
    this.via = viewer.via === 'API_KEY' ? 'API_KEY' : 'SESSION';
  }

  @Field(() => Boolean, { description: 'Whether the viewer operates the pool, with every condition met.' })
  isOperator: boolean;

  @Field(() => Boolean, { description: 'True for an operator who must turn two-factor authentication on first.' })
  isOperatorPending: boolean;

  @Field(() => AuthenticationMethod, { description: 'How this request was authenticated.' })
  via: AuthenticationMethod;
}
