import type { EntityManager } from 'typeorm';
import { authorize } from '../authz.js';
import type { Context } from '../context.js';
import { badInput, NotFoundError } from '../errors.js';
import { addJob } from '../jobs.js';
import { record } from '../ledger/ledger.service.js';
import { reasonFact } from '../ledger/texts.js';
import { newId } from '../lib/ids.js';
import { cleanText } from '../lib/localized.js';
import { readId } from '../node.js';
import { similarity } from '../text/minhash.js';
import { write } from '../write.js';
import type { AchievementActionInput } from './achievement.inputs.js';
import { comparedTexts, readRecord } from './achievement.store.js';
import { NearDuplicate } from './achievement-parts.entity.js';
import type { DuplicateEvidence } from './vocabularies.js';

export const DUPLICATE_TASK = 'achievements:duplicates';

/** Least Jaccard similarity of 3-grams at which two texts count as nearly the same; titles are short and need more. */
const THRESHOLD: Record<'TITLE' | 'TEXT', number> = { TITLE: 0.7, TEXT: 0.6 };
/** Candidates compared per achievement; a text that hundreds share is found with the first of them. */
const MOST_CANDIDATES = 50;
const SCAN_BATCH = 200;

/** Compares one achievement with all registered others and stores the pairs that look like one result. */
export async function findDuplicates(tx: EntityManager, achievementId: string, at: Date): Promise<void> {
  const candidates = (await tx.query(
    `SELECT b.id,
            EXISTS (SELECT 1 FROM ip_right x JOIN ip_right y ON y.number_key = x.number_key WHERE x.achievement_id = a.id AND y.achievement_id = b.id) AS shares_ip
     FROM achievement a JOIN achievement b
       ON b.id <> a.id AND b.status NOT IN ('DRAFT', 'WITHDRAWN') AND (b.title_bands && a.title_bands OR b.text_bands && a.text_bands
          OR b.id IN (SELECT y.achievement_id FROM ip_right x JOIN ip_right y ON y.number_key = x.number_key WHERE x.achievement_id = a.id))
     WHERE a.id = $1 ORDER BY shares_ip DESC, b.id LIMIT ${MOST_CANDIDATES}`,
    [achievementId],
  )) as Array<{ id: string; shares_ip: boolean }>;
  const own = await readRecord(tx, achievementId);
  if (!own) return;
  const found = new Set<string>();
  const texts = comparedTexts(own);
  for (const candidate of candidates) {
    const other = await readRecord(tx, candidate.id);
    if (!other) continue;
    const theirs = comparedTexts(other);
    const scores: Array<[DuplicateEvidence, number]> = [
      ['TITLE', similarity(texts.title, theirs.title)],
      ['TEXT', similarity(texts.text, theirs.text)],
    ];
    const best = scores.filter(([kind, value]) => value >= THRESHOLD[kind as 'TITLE' | 'TEXT']).sort((a, b) => b[1] - a[1])[0];
    const evidence: [DuplicateEvidence, number] | undefined = candidate.shares_ip ? ['IP_NUMBER', 1] : best;
    if (!evidence) continue;
    found.add(candidate.id);
    const [a, b] = [achievementId, candidate.id].sort() as [string, string];
    await tx.query(
      `INSERT INTO near_duplicate (id, a_id, b_id, similarity, evidence, created_at) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (a_id, b_id) DO UPDATE SET similarity = excluded.similarity, evidence = excluded.evidence`,
      [newId(), a, b, evidence[1].toFixed(3), evidence[0], at],
    );
  }
  // What an edit has made different is no duplicate any more; an operator's verdict stays.
  await tx.query(
    `DELETE FROM near_duplicate WHERE dismissed_at IS NULL AND (a_id = $1 AND b_id <> ALL ($2::uuid[]) OR b_id = $1 AND a_id <> ALL ($2::uuid[]))`,
    [achievementId, [...found]],
  );
}

/** After a bulk import: the same comparison for many, in the background. */
export async function queueDuplicateScan(tx: EntityManager, achievementIds: readonly string[]): Promise<void> {
  for (let i = 0; i < achievementIds.length; i += SCAN_BATCH) {
    await addJob(tx, DUPLICATE_TASK, { ids: achievementIds.slice(i, i + SCAN_BATCH) }, { queue: 'duplicates' });
  }
}

/** The operator's verdict that two achievements are different results after all. */
export async function dismissDuplicate(ctx: Context, input: AchievementActionInput): Promise<NearDuplicate> {
  const id = readId('input.id', 'NearDuplicate', input.id);
  const reason = cleanText(input.reason);
  if (reason === undefined) throw badInput('input.reason', 'REQUIRED', 'say why they are different results.');
  if (reason.length > 500) throw badInput('input.reason', 'TOO_LONG', 'at most 500 characters.');
  return write(ctx, async (tx) => {
    authorize(ctx, 'platform:operate', undefined);
    const pair = await tx.findOne(NearDuplicate, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!pair) throw new NotFoundError('The pair');
    if (pair.dismissedAt) return pair;
    pair.dismissedAt = ctx.now();
    pair.dismissedBy = ctx.viewer.accountId;
    await tx.save(pair);
    await record(tx, ctx, { kind: 'duplicate.dismissed', subjectType: 'NearDuplicate', subjectId: id, facts: { a: pair.aId, b: pair.bId, ...(await reasonFact(tx, ctx, reason)) } });
    return pair;
  });
}
