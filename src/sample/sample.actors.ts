import { createContext, type App, type Context } from '../kernel/context.js';
import { Locale } from '../kernel/localized.js';
import { type OrganisationKind } from '../kernel/viewer.js';

/** Copy of the app whose clock stands at another time; services take all times that they write from this clock. */
export const appAt = (app: App, at: Date): App => ({ ...app, clock: () => at });

/** Request context of the sample person with this e-mail address, as after a log-in. */
export async function contextAs(app: App, email: string): Promise<Context> {
  const [account] = (await app.dataSource.query(`SELECT id, pseudonym, is_operator FROM account WHERE email = $1`, [
    email,
  ])) as Array<{ id: string; pseudonym: string; is_operator: boolean }>;
  if (!account) throw new Error(`the sample has no ${email}; it was erased`);
  const { id: accountId, pseudonym, is_operator: isOperator } = account;
  return createContext(app, {
    viewer: {
      accountId,
      pseudonym,
      isOperator,
      isOperatorPending: false,
      emailConfirmed: true,
      // The sample has one operator, who also acts for the institutions.
      relatedOrganisations: [],
      locale: null,
      memberships: [],
      via: 'PROGRAM',
      mayWrite: true,
      sessionId: null,
      apiKeyId: null,
    },
    locale: Locale.ZH,
    requestId: 'sample',
    ip: '127.0.0.1',
  });
}

/**
 * Request context in which the sample's operator acts as owner of an organisation, because most sample organisations
 * have no members.
 */
export async function contextFor(
  app: App,
  operatorEmail: string,
  organisation: { id: string; kind: OrganisationKind },
): Promise<Context> {
  const context = await contextAs(app, operatorEmail);
  const membership = {
    organisationId: organisation.id,
    role: 'OWNER',
    kind: organisation.kind,
    verified: true,
  } as const;
  return createContext(app, { ...context, viewer: { ...context.viewer, memberships: [membership] } });
}
