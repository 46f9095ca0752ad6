import type { EntityManager } from 'typeorm';
import { authorize } from '../kernel/authz.js';
import type { Context } from '../kernel/context.js';
import { NotFoundError } from '../kernel/errors.js';
import { requireReason } from '../kernel/reason.js';
import { addJob } from '../kernel/jobs.js';
import { record } from '../ledger/ledger.service.js';
import { reasonFact } from '../ledger/texts.js';
import { newId } from '../lib/ids.js';
import { readId } from '../kernel/node.js';
import { similarity } from '../text/minhash.js';
import { write } from '../kernel/write.js';
import { Achievement } from './achievement.entity.js';
import type { AchievementActionInput } from './achievement.inputs.js';
import type { AchievementRecord } from './achievement.record.js';
import { comparedTexts, readRecord } from './achievement.store.js';
import { NearDuplicate } from './achievement-parts.entity.js';
import type { DuplicateEvidence } from './vocabularies.js';

export const DUPLICATE_TASK = 'achievements:duplicates';

/**
 * Minimum Jaccard similarity (of the sets of 3-grams) of two titles or texts for a near-duplicate. Titles are short, so
 * their threshold is higher.
 */
const THRESHOLD: Record<'TITLE' | 'TEXT', number> = { TITLE: 0.7, TEXT: 0.6 };
/**
 * Maximum number of other achievements with which one achievement is compared. Where hundreds share a text, 50 pairs
 * are enough for people to notice it.
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

/**
 * SQL that selects the achievements to compare with achievement $1. It has one UNION branch per index, because a single
 * condition with OR would scan every achievement.
 */
const CANDIDATES = `
  WITH own AS MATERIALIZED (SELECT title_bands, text_bands FROM achievement WHERE id = $1),
  near AS (
    SELECT b.id, true AS shares_ip
    FROM ip_right x
    JOIN ip_right y ON y.number_key = x.number_key
    JOIN achievement b ON b.id = y.achievement_id
    WHERE x.achievement_id = $1 AND ${COMPARABLE}
    UNION ALL
    SELECT b.id, false
    FROM own
    JOIN achievement b ON b.title_bands && own.title_bands
    WHERE ${COMPARABLE}
    UNION ALL
    SELECT b.id, false
    FROM own
    JOIN achievement b ON b.text_bands && own.text_bands
    WHERE ${COMPARABLE}
  )
  SELECT c.id, c.shares_ip,
    (
      SELECT r.record
      FROM achievement_revision r
      WHERE r.achievement_id = c.id
      ORDER BY r.revision DESC
      LIMIT 1
    ) AS record
  FROM (
    SELECT id, bool_or(shares_ip) AS shares_ip
    FROM near
    GROUP BY id
    ORDER BY shares_ip DESC, id
    LIMIT ${MAX_CANDIDATES}
  ) c`;

/**
 * Searches for near-duplicates of one achievement among those that are neither drafts nor withdrawn, and stores the
 * pairs found. At most MAX_CANDIDATES achievements that share an IP number, or a part of the title or text, are
 * compared.
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

/** Queues background jobs that search for near-duplicates of achievements from a bulk import. */
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

/** Marks a pair of near-duplicates as two different results, on an operator's decision. */
export async function dismissDuplicate(ctx: Context, input: AchievementActionInput): Promise<NearDuplicate> {
  const id = readId('input.id', 'NearDuplicate', input.id);
  const reason = requireReason('input.reason', input.reason, 'say why they are different results.');
  return write(ctx, async (tx) => {
    authorize(ctx, 'platform:operate', undefined);
    const pair = await tx.findOne(NearDuplicate, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!pair) throw new NotFoundError('The pair');
    for (const { institutionId } of await tx.findBy(Achievement, [{ id: pair.aId }, { id: pair.bId }]))
      authorize(ctx, 'platform:operate', { organisationId: institutionId });
    if (pair.dismissedAt) return pair;
    pair.dismissedAt = ctx.now();
    pair.dismissedBy = ctx.viewer.accountId;
    await tx.save(pair);
    await record(tx, ctx, {
      kind: 'duplicate.dismissed',
      subjectType: 'NearDuplicate',
      subjectId: id,
      facts: { a: pair.aId, b: pair.bId, ...(await reasonFact(tx, ctx, reason)) },
    });
    return pair;
  });
}
