import { In } from 'typeorm';
import { byKey, defineLoader, groupedByKey } from '../../lib/batching.js';
import { Reviewer, ReviewerDeclaration, ReviewerDocument } from './reviewers.entity.js';

export const reviewerById = defineLoader<string, Reviewer | null>(async (db, ids) =>
  byKey(ids, await db.findBy(Reviewer, { id: In([...ids]) }), (r) => r.id),
);

/** The reviewer's profile of an account, by account. */
export const reviewerOfAccount = defineLoader<string, Reviewer | null>(async (db, ids) =>
  byKey(ids, await db.findBy(Reviewer, { accountId: In([...ids]) }), (r) => r.accountId!),
);

export const reviewerIndustriesOf = defineLoader<string, string[]>(async (db, ids) => {
  const rows = (await db.query(
    `SELECT reviewer_id, industry_code FROM reviewer_industry WHERE reviewer_id = ANY($1) ORDER BY reviewer_id, industry_code`,
    [ids],
  )) as Array<{
    reviewer_id: string;
    industry_code: string;
  }>;
  return groupedByKey(ids, rows, (row) => row.reviewer_id).map((group) => group.map((row) => row.industry_code));
});

export const documentsOf = defineLoader<string, ReviewerDocument[]>(async (db, ids) =>
  groupedByKey(
    ids,
    await db.find(ReviewerDocument, { where: { reviewerId: In([...ids]) }, order: { position: 'ASC' } }),
    (row) => row.reviewerId,
  ),
);

export const declarationsOf = defineLoader<string, ReviewerDeclaration[]>(async (db, ids) =>
  groupedByKey(
    ids,
    await db.find(ReviewerDeclaration, { where: { reviewerId: In([...ids]) }, order: { id: 'DESC' } }),
    (row) => row.reviewerId,
  ),
);
