import { timingSafeEqual } from 'node:crypto';
import { In, type EntityManager } from 'typeorm';
import type { App, Context } from '../kernel/context.js';
import { badInput } from '../kernel/errors.js';
import { readId } from '../kernel/node.js';
import { write } from '../kernel/write.js';
import { appendLedger } from '../ledger/ledger.service.js';
import { keyedHash } from '../lib/seal.js';
import { addressDigest } from '../notifications/opt-out.js';
import { Mention } from './mention.entity.js';
import type { DenyMentionsInput } from './mention.inputs.js';
import { say } from '../messages/catalogue.js';

/** Maximum number of mentions that the page behind a link shows; an import may name a party in thousands of rows. */
const MOST_SHOWN = 50;

/** What the link of a mail stands for: the mentions of which one account was told at one time. */
interface Meant {
  accountId: string;
  toldAt: Date;
  /** Digest of the address to which the mail went; the link is void once the account has another address. */
  address: string;
}

/**
 * The signed token of a mail's link. Its holder sees and denies the mentions of that mail without a log-in; confirming a
 * mention needs one.
 */
export function denialToken(app: App, receiver: { accountId: string; email: string }, toldAt: Date): string {
  const meant = Buffer.from(
    [receiver.accountId, toldAt.getTime(), addressDigest(app, receiver.email)].join('\n'),
  ).toString('base64url');
  return `${meant}.${keyedHash(app.secretKey, 'mention', meant)}`;
}

function readDenialToken(app: App, token: string): Meant {
  const [meant = '', signature = ''] = token.split('.');
  const right = Buffer.from(keyedHash(app.secretKey, 'mention', meant));
  const given = Buffer.from(signature);
  if (given.length !== right.length || !timingSafeEqual(given, right)) throw invalid();
  const [accountId, toldAt, address] = Buffer.from(meant, 'base64url').toString('utf8').split('\n');
  return { accountId: accountId!, toldAt: new Date(Number(toldAt)), address: address! };
}

const invalid = () => badInput('token', 'TOKEN_INVALID', say('TOKEN_INVALID.mention'));

/**
 * The mentions that a link stands for, with the pseudonym of its account. The account must still have the address that
 * got the mail, and be the named talent or an editor or owner of the named organisation. With `lock`, these rights and
 * the mentions stay as they are until the transaction ends.
 */
async function mentionsMeant(
  db: EntityManager,
  app: App,
  token: string,
  lock: boolean,
): Promise<{ pseudonym: string; accountId: string; mentions: Mention[] }> {
  const { accountId, toldAt, address } = readDenialToken(app, token);
  const [account] = (await db.query(
    `SELECT pseudonym, email
     FROM account
     WHERE id = $1 AND erased_at IS NULL AND email IS NOT NULL AND email_confirmed_at IS NOT NULL
     ${lock ? 'FOR SHARE' : ''}`,
    [accountId],
  )) as Array<{ pseudonym: string; email: string }>;
  if (!account || addressDigest(app, account.email) !== address) throw invalid();
  const parties = (await db.query(
    `SELECT m.organisation_id AS id
     FROM membership m
     WHERE m.account_id = $1 AND m.role IN ('EDITOR', 'OWNER')
     ${lock ? 'FOR SHARE' : ''}`,
    [accountId],
  )) as Array<{ id: string }>;
  const talents = (await db.query(
    `SELECT t.id FROM talent_profile t WHERE t.account_id = $1 ${lock ? 'FOR SHARE' : ''}`,
    [accountId],
  )) as Array<{ id: string }>;
  const query = db
    .createQueryBuilder(Mention, 'm')
    .where('m.told_at = :toldAt AND COALESCE(m.organisation_id, m.talent_id) = ANY(:parties)', {
      toldAt,
      parties: [...parties, ...talents].map(({ id }) => id),
    })
    .orderBy('m.id');
  if (lock) query.setLock('pessimistic_write');
  return { ...account, accountId, mentions: await query.getMany() };
}

/** The mentions that a mail was about, for the page behind its link. */
export async function mentionsOfLink(ctx: Context, token: string): Promise<Mention[]> {
  return (await mentionsMeant(ctx.db, ctx.app, token, false)).mentions.slice(0, MOST_SHOWN);
}

/**
 * Denies mentions that a mail was about and that still wait for an answer, by the link of the mail, without a log-in.
 * Answered ones stay as they are, so a second click changes nothing. Returns the first MOST_SHOWN of the mentions that
 * were meant.
 */
export function denyMentions(ctx: Context, input: DenyMentionsInput): Promise<Mention[]> {
  const only = input.ids == null ? null : new Set(input.ids.map((id) => readId('input.ids', 'Mention', id)));
  return write(ctx, async (tx) => {
    const { pseudonym, accountId, mentions } = await mentionsMeant(tx, ctx.app, input.token, true);
    const denied = mentions.filter(({ id, status }) => status === 'PENDING' && (only === null || only.has(id)));
    const answer = { status: 'DENIED' as const, answeredAt: ctx.now(), answeredById: accountId };
    if (denied.length > 0) await tx.update(Mention, { id: In(denied.map(({ id }) => id)) }, answer);
    for (const mention of denied) Object.assign(mention, answer);
    await appendLedger(
      tx,
      pseudonym,
      ctx.now(),
      denied.map(({ id, kind, subjectId, status }) => ({
        kind: 'mention.answered',
        subjectType: 'Mention',
        subjectId: id,
        facts: { kind, subject: subjectId, status, by: 'LINK' },
      })),
    );
    return mentions.slice(0, MOST_SHOWN);
  });
}
