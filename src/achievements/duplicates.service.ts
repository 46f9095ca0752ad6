import { In, IsNull, type EntityManager } from 'typeorm';
import { authorize } from '../kernel/authz.js';
import type { Context } from '../kernel/context.js';
import { ConflictError, NotFoundError } from '../kernel/errors.js';
import { requireReason } from '../kernel/reason.js';
import { addJob } from '../kernel/jobs.js';
import { record, type LedgerEntry } from '../ledger/ledger.service.js';
import { reasonFact } from '../ledger/texts.js';
import { newId } from '../lib/ids.js';
import { readId } from '../kernel/node.js';
import { BANDS, similarity } from '../text/minhash.js';
import { write } from '../kernel/write.js';
import { Achievement } from './achievement.entity.js';
import type { AchievementActionInput } from './achievement.inputs.js';
import type { AchievementRecord } from './achievement.record.js';
import { comparedTexts, readRecord } from './achievement.store.js';
import { NearDuplicate } from './achievement-parts.entity.js';
import type { DuplicateEvidence } from './vocabularies.js';
import { say } from '../messages/catalogue.js';

export const DUPLICATE_TASK = 'achievements:duplicates';

/**
 * Minimum Jaccard similarity (of the sets of 3-grams) of two titles or texts for a near-duplicate. Titles are short, so
 * their threshold is higher.
 */
const THRESHOLD: Record<'TITLE' | 'TEXT', number> = { TITLE: 0.7, TEXT: 0.6 };
/**
 * Maximum number of other achievements with which one achievement is compared for each kind of evidence. Where hundreds
 * share a text, 50 pairs are enough for people to notice it.
 */
const MAX_CANDIDATES = 50;
const SCAN_BATCH = 200;

/** Fields that are compared in the search for near-duplicates; edits of other fields change no result of it. */
export const COMPARED_FIELDS: ReadonlySet<string> = new Set<keyof AchievementRecord>([
  'title',
  'summary',
  'abstract',
  'ipRights',
]);

const COMPARABLE = `b.id <> $1 AND b.status NOT IN ('DRAFT', 'WITHDRAWN')`;

/** SQL of the number of MinHash bands in which `b` equals `own`; a band stands at the same place in every array. */
const shared = (bands: 'title_bands' | 'text_bands'): string =>
  Array.from({ length: BANDS }, (_, i) => `COALESCE((b.${bands}[${i + 1}] = own.${bands}[${i + 1}])::int, 0)`).join(
    ' + ',
  );

/**
 * SQL branch that selects MAX_CANDIDATES achievements: those that share most MinHash bands of one kind (title or text)
 * with `own`; among equals, those that share most bands of the other kind. With any other order the limit could leave
 * out an identical text where many texts share one band.
 */
const nearest = (bands: 'title_bands' | 'text_bands', other: 'title_bands' | 'text_bands'): string => `(
      SELECT b.id
      FROM own
      JOIN achievement b ON b.${bands} && own.${bands}
      WHERE ${COMPARABLE}
      ORDER BY ${shared(bands)} DESC, ${shared(other)} DESC, b.id
      LIMIT ${MAX_CANDIDATES}
    )`;

/**
 * SQL that selects the achievements to compare with achievement $1, among them those with which it is a pair already: a
 * pair is deleted only after a comparison. It has one UNION branch per index, because a single condition with OR would
 * scan every achievement.
 */
const CANDIDATES = `
  WITH own AS MATERIALIZED (SELECT title_bands, text_bands FROM achievement WHERE id = $1),
  ip AS MATERIALIZED (
    SELECT DISTINCT y.achievement_id AS id
    FROM ip_right x
    JOIN ip_right y ON y.number_key = x.number_key
    WHERE x.achievement_id = $1
  ),
  near AS (
    (
      SELECT b.id FROM ip JOIN achievement b ON b.id = ip.id WHERE ${COMPARABLE} ORDER BY b.id LIMIT ${MAX_CANDIDATES}
    )
    UNION
    ${nearest('title_bands', 'text_bands')}
    UNION
    ${nearest('text_bands', 'title_bands')}
    UNION
    SELECT b.id FROM near_duplicate p JOIN achievement b ON b.id = p.b_id WHERE p.a_id = $1 AND ${COMPARABLE}
    UNION
    SELECT b.id FROM near_duplicate p JOIN achievement b ON b.id = p.a_id WHERE p.b_id = $1 AND ${COMPARABLE}
  )
  SELECT c.id, EXISTS (SELECT 1 FROM ip WHERE ip.id = c.id) AS shares_ip,
    (
      SELECT r.record
      FROM achievement_revision r
      WHERE r.achievement_id = c.id
      ORDER BY r.revision DESC
      LIMIT 1
    ) AS record
  FROM near c`;

/**
 * Searches for near-duplicates of one achievement among those that are neither drafts nor withdrawn, and stores the
 * pairs found. It compares the achievement with those that it already forms a pair with, those that share an IP number,
 * and those with the nearest titles and texts, at most MAX_CANDIDATES for each of these kinds of evidence. Changes of
 * other transactions that are not committed yet are not seen, so a caller that runs this before its own commit also
 * queues a scan (`queueDuplicateScan`).
 */
export async function findDuplicates(tx: EntityManager, achievementId: string, at: Date): Promise<void> {
  const own = await readRecord(tx, achievementId);
  if (!own) return;
  const candidates = (await tx.query(CANDIDATES, [achievementId])) as Array<{
    id: string;
    shares_ip: boolean;
    record: AchievementRecord | null;
  }>;
  const texts = comparedTexts(own);
  const found: Array<{ id: string; a: string; b: string; evidence: DuplicateEvidence; similarity: string }> = [];
  for (const { id, shares_ip, record } of candidates) {
    const evidence = record && evidenceOf(texts, comparedTexts(record), shares_ip);
    if (!evidence) continue;
    const [a, b] = [achievementId, id].sort() as [string, string];
    found.push({ id, a, b, evidence: evidence[0], similarity: evidence[1].toFixed(3) });
  }
  if (found.length > 0) {
    await tx.query(
      `INSERT INTO near_duplicate (id, a_id, b_id, similarity, evidence, created_at)
       SELECT p.id, p.a, p.b, p.similarity, p.evidence, $2
       FROM jsonb_to_recordset($1::jsonb) AS p(id uuid, a uuid, b uuid, similarity numeric, evidence text)
       ON CONFLICT (a_id, b_id) DO UPDATE
       SET similarity = excluded.similarity, evidence = excluded.evidence`,
      [JSON.stringify(found.map((pair) => ({ ...pair, id: newId() }))), at],
    );
  }
  // Pairs that this search no longer finds are deleted; pairs that an operator has dismissed stay.
  await tx.query(
    `DELETE FROM near_duplicate
     WHERE dismissed_at IS NULL
       AND (a_id = $1 AND b_id <> ALL ($2::uuid[]) OR b_id = $1 AND a_id <> ALL ($2::uuid[]))`,
    [achievementId, found.map(({ id }) => id)],
  );
}

type Compared = ReturnType<typeof comparedTexts>;

/**
 * The strongest evidence that two achievements are the same result, with their similarity (0 to 1); undefined if there
 * is none.
 */
function evidenceOf(ours: Compared, theirs: Compared, sharesIp: boolean): [DuplicateEvidence, number] | undefined {
  if (sharesIp) return ['IP_NUMBER', 1];
  const scores: Array<['TITLE' | 'TEXT', number]> = [
    ['TITLE', similarity(ours.title, theirs.title)],
    ['TEXT', similarity(ours.text, theirs.text)],
  ];
  return scores.filter(([kind, value]) => value >= THRESHOLD[kind]).sort((a, b) => b[1] - a[1])[0];
}

/**
 * Queues background jobs that search for near-duplicates of achievements. The jobs run after the commit and one after
 * another, so that of two equal achievements written at the same time the later job sees both.
 */
export async function queueDuplicateScan(
  tx: EntityManager,
  achievementIds: readonly string[],
  at: Date,
): Promise<void> {
  if (achievementIds.length === 0) return;
  await tx.query(
    `INSERT INTO duplicate_scan (achievement_id, queued_at)
     SELECT DISTINCT x, $2::timestamptz FROM unnest($1::uuid[]) x
     ORDER BY x
     ON CONFLICT (achievement_id) DO UPDATE SET queued_at = excluded.queued_at`,
    [achievementIds, at],
  );
  for (let i = 0; i < achievementIds.length; i += SCAN_BATCH) {
    await addJob(tx, DUPLICATE_TASK, { ids: achievementIds.slice(i, i + SCAN_BATCH) }, { queue: 'duplicates' });
  }
}

/** Maximum number of queued searches that are made at once, some seconds of work. */
const MAX_AT_ONCE = 2_000;

/**
 * Runs the searches for near-duplicates that are still queued for the given achievements, for a decision that needs
 * their result now. Throws CONFLICT if more than MAX_AT_ONCE of them are queued; the caller repeats the decision after
 * the jobs have run.
 */
export async function finishDuplicateScans(
  tx: EntityManager,
  achievementIds: readonly string[],
  at: Date,
): Promise<void> {
  const due = (await tx.query(
    `SELECT achievement_id AS id FROM duplicate_scan WHERE achievement_id = ANY ($1::uuid[]) ORDER BY achievement_id`,
    [achievementIds],
  )) as Array<{ id: string }>;
  if (due.length > MAX_AT_ONCE)
    throw new ConflictError(say('DUPLICATES_SEARCHED.wait', { length: due.length }), 'DUPLICATES_SEARCHED');
  for (const { id } of due) await findDuplicates(tx, id, at);
}

/**
 * Operator action: marks a pair of near-duplicates as two different results, with a reason; refused to operators with a
 * conflict of interest in either institution. A pair that is marked already stays as it is.
 */
export async function dismissDuplicate(ctx: Context, input: AchievementActionInput): Promise<NearDuplicate> {
  const id = readId('input.id', 'NearDuplicate', input.id);
  const reason = requireReason('input.reason', input.reason, say('REQUIRED.different'));
  return write(ctx, async (tx) => {
    authorize(ctx, 'platform:operate', undefined);
    const pair = await tx.findOne(NearDuplicate, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!pair) throw new NotFoundError(say('thing.thePair'));
    for (const { institutionId } of await tx.findBy(Achievement, [{ id: pair.aId }, { id: pair.bId }]))
      authorize(ctx, 'platform:operate', { organisationId: institutionId });
    if (pair.dismissedAt) return pair;
    const settled = await settlePair(tx, ctx, pair, reason);
    await ctx.app.achievementHooks.duplicateSettled(tx, [pair.aId, pair.bId]);
    await record(tx, ctx, settled);
    return pair;
  });
}

/**
 * Settles some pairs of one achievement, `[achievement, other]`, as different results, by a decision on one of them.
 * Throws FORBIDDEN where the viewer has a tie to the institution of the other achievement. Returns the ledger records,
 * which the caller appends last.
 */
export async function settlePairs(
  tx: EntityManager,
  ctx: Context,
  achievementId: string,
  others: readonly string[],
  reason: string,
): Promise<LedgerEntry[]> {
  if (others.length === 0) return [];
  const pairs = await tx.find(NearDuplicate, {
    where: [
      { aId: achievementId, bId: In([...others]), dismissedAt: IsNull() },
      { bId: achievementId, aId: In([...others]), dismissedAt: IsNull() },
    ],
    order: { id: 'ASC' },
    lock: { mode: 'pessimistic_write' },
  });
  for (const { institutionId } of await tx.findBy(Achievement, { id: In([...others]) }))
    authorize(ctx, 'platform:operate', { organisationId: institutionId });
  const records: LedgerEntry[] = [];
  for (const pair of pairs) records.push(await settlePair(tx, ctx, pair, reason));
  return records;
}

async function settlePair(tx: EntityManager, ctx: Context, pair: NearDuplicate, reason: string): Promise<LedgerEntry> {
  pair.dismissedAt = ctx.now();
  pair.dismissedBy = ctx.viewer.accountId;
  await tx.save(pair);
  return {
    kind: 'duplicate.dismissed',
    subjectType: 'NearDuplicate',
    subjectId: pair.id,
    facts: { a: pair.aId, b: pair.bId, ...(await reasonFact(tx, ctx, reason)) },
  };
}
