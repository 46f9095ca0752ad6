import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { EntityManager } from 'typeorm';
import { authorize } from '../../kernel/authz.js';
import { requireLogin, type Context } from '../../kernel/context.js';
import { badInput, ConflictError, ForbiddenError, NotFoundError } from '../../kernel/errors.js';
import { appendLedger, record } from '../../ledger/ledger.service.js';
import { newId } from '../../lib/ids.js';
import { spoolUpload, type FileUpload } from '../../graphql/upload.js';
import { readId } from '../../kernel/node.js';
import { write, writeOnce } from '../../kernel/write.js';
import { Achievement } from '../achievement.entity.js';
import type { EvidenceInput } from '../achievement.inputs.js';
import { readEvidence } from '../achievement.readers.js';
import { assertNotHeld, lockAchievement } from '../achievement.service.js';
import { EvidenceFile } from '../achievement-parts.entity.js';
import { isVisible } from '../disclosure/disclosure.js';
import type { RemoveEvidenceInput } from './evidence.types.js';
import { EVIDENCE_KINDS, sniffMediaType } from './media-types.js';
import { say } from '../../messages/catalogue.js';

export const MAX_EVIDENCE_BYTES = 20 * 1024 * 1024;
const MAX_FILES = 50;
const PIECE_BYTES = 256 * 1024;

function assertOpen(achievement: Achievement): void {
  if (achievement.status === 'UNDER_REVIEW')
    throw new ConflictError(say('UNDER_REVIEW.evidence'), 'UNDER_REVIEW', { current: achievement.status });
}

async function lockEditable(tx: EntityManager, ctx: Context, achievementId: string): Promise<Achievement> {
  const achievement = await lockAchievement(tx, ctx, achievementId);
  authorize(ctx, 'achievement:edit', { organisationId: achievement.institutionId });
  assertOpen(achievement);
  await assertNotHeld(tx, ctx, achievementId);
  return achievement;
}

/**
 * Adds an evidence file to an achievement. A second upload of the same content for the same tier returns the first file
 * unchanged; for another tier it throws CONFLICT.
 */
export async function addEvidence(ctx: Context, upload: FileUpload, input: EvidenceInput): Promise<EvidenceFile> {
  const { accountId } = requireLogin(ctx);
  const achievementId = readId('input.achievementId', 'Achievement', input.achievementId);
  const seen = await ctx.db.findOneBy(Achievement, { id: achievementId });
  // The right is checked before an upload of up to 20 MB is read, so that a forbidden one costs little; the check that
  // decides follows below, under the achievement's lock.
  if (!seen || !isVisible(ctx, seen)) throw new NotFoundError(say('thing.theAchievement'));
  authorize(ctx, 'achievement:edit', { organisationId: seen.institutionId });
  const file = await spoolUpload(upload, { maxBytes: MAX_EVIDENCE_BYTES, field: 'file' });
  try {
    const mediaType = await sniffMediaType(file.path, file.fileName);
    if (mediaType === null) throw badInput('file', 'MEDIA_TYPE', say('MEDIA_TYPE.evidence', { kinds: EVIDENCE_KINDS }));
    const bytes = await readFile(file.path);
    return await writeOnce(
      ctx,
      'addEvidence',
      Object.assign({ ...input }, { sha256: file.sha256 }),
      EvidenceFile,
      async (tx) => {
        await lockEditable(tx, ctx, achievementId);
        const same = await tx.findOneBy(EvidenceFile, { achievementId, sha256: file.sha256 });
        if (same && same.tier !== input.tier)
          throw new ConflictError(say('SAME_FILE_OTHER_TIER.tier', { tier: same.tier }), 'SAME_FILE_OTHER_TIER', {
            tier: same.tier,
          });
        if (same) return same;
        if ((await tx.countBy(EvidenceFile, { achievementId })) >= MAX_FILES)
          throw badInput('file', 'TOO_MANY', say('TOO_MANY.files', { max: MAX_FILES }));
        const id = newId();
        await tx.insert(EvidenceFile, {
          id,
          achievementId,
          name: file.fileName,
          mediaType,
          sizeBytes: file.sizeBytes,
          sha256: file.sha256,
          tier: input.tier,
          uploadedBy: accountId,
          createdAt: ctx.now(),
        });
        await tx.query(`INSERT INTO evidence_blob (evidence_id, bytes) VALUES ($1, $2)`, [id, bytes]);
        await record(tx, ctx, {
          kind: 'evidence.added',
          subjectType: 'Achievement',
          subjectId: achievementId,
          facts: { evidence: id, sha256: file.sha256, mediaType, sizeBytes: file.sizeBytes, tier: input.tier },
        });
        return tx.findOneByOrFail(EvidenceFile, { id });
      },
    );
  } finally {
    await file.dispose();
  }
}

/**
 * Deletes an evidence file of an achievement that the viewer may edit and no cohort is judging; the ledger keeps the
 * file's hash.
 */
export async function removeEvidence(ctx: Context, input: RemoveEvidenceInput): Promise<string> {
  requireLogin(ctx);
  const id = readId('input.id', 'EvidenceFile', input.id);
  if (!(await readEvidence(ctx, id))) throw new NotFoundError(say('thing.theFile'));
  const removed = write(ctx, async (tx) => {
    const file = await tx.findOneBy(EvidenceFile, { id });
    if (!file) throw new NotFoundError(say('thing.theFile'));
    await lockEditable(tx, ctx, file.achievementId);
    await tx.delete(EvidenceFile, { id });
    const followed = await ctx.app.achievementHooks.evidenceRemoved(tx, ctx.now(), {
      id: file.achievementId,
      addedAt: file.createdAt,
    });
    await appendLedger(tx, ctx.viewer.pseudonym, ctx.now(), [
      {
        kind: 'evidence.removed',
        subjectType: 'Achievement',
        subjectId: file.achievementId,
        facts: { evidence: id, sha256: file.sha256 },
      },
      ...followed,
    ]);
    return input.id;
  });
  return removed.catch(async (error: unknown) => {
    // A viewer without the right to edit may also lack the right to read the file; then the error is NOT_FOUND, so
    // that the file's existence is not revealed.
    if (error instanceof ForbiddenError && !(await readEvidence(ctx, id)))
      throw new NotFoundError(say('thing.theFile'));
    throw error;
  });
}

/**
 * Returns an evidence file with its bytes as a stream, if the viewer may read its disclosure tier or a process grants
 * access; else null.
 */
export async function openEvidenceFile(
  ctx: Context,
  id: string,
): Promise<{ file: EvidenceFile; name: string; content: Readable } | null> {
  // Processes are asked first: during a blind review, vetting gives the file a neutral name, even where the viewer may
  // read the file's tier.
  const name = await ctx.app.achievementHooks.evidenceName(ctx, id);
  const file = name === null ? await readEvidence(ctx, id) : await ctx.db.findOneBy(EvidenceFile, { id });
  if (!file) return null;
  async function* pieces(): AsyncGenerator<Buffer> {
    for (let from = 0; from < file!.sizeBytes; from += PIECE_BYTES) {
      const [row] = (await ctx.db.query(
        `SELECT substring(bytes FROM $2 FOR $3) AS piece FROM evidence_blob WHERE evidence_id = $1`,
        [id, from + 1, PIECE_BYTES],
      )) as Array<{ piece: Buffer }>;
      if (!row) throw new NotFoundError(say('thing.theFile'));
      yield row.piece;
    }
  }
  return { file, name: name ?? file.name, content: Readable.from(pieces(), { objectMode: false }) };
}
