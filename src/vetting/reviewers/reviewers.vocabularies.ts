import { vocabulary } from '../../taxonomy/vocabulary.js';

/** Vocabularies of codes for reviewers, their ties, assignments and reviews. */

export const ReviewerStatus = vocabulary('ReviewerStatus', 'Whether a reviewer takes part.', {
  PENDING: ['待启用', 'applied or created; an operator has yet to activate it'],
  ACTIVE: ['启用', 'can be assigned'],
  SUSPENDED: ['停用', 'gets no new assignment'],
});
export type ReviewerStatus = keyof typeof ReviewerStatus;

export const DeclarationKind = vocabulary('DeclarationKind', 'What a declared tie is with.', {
  ORGANISATION: ['机构', 'an organisation'],
  ACHIEVEMENT: ['成果', 'one achievement'],
  PERSON: ['个人', 'a person, by ORCID iD'],
});
export type DeclarationKind = keyof typeof DeclarationKind;

export const DeclarationRelation = vocabulary('DeclarationRelation', 'What kind of tie is declared.', {
  CONFLICT: ['利益冲突', 'a conflict of interest, for as long as it is declared'],
  COLLABORATION: ['合作', 'a collaboration; it conflicts while it lasts and for 48 months after its end'],
});
export type DeclarationRelation = keyof typeof DeclarationRelation;

export const ConflictReason = vocabulary('ConflictReason', 'Why a reviewer must not judge an entry.', {
  SAME_ORGANISATION: ['同一机构', 'the reviewer belongs to the listing institution'],
  ORGANISATION_FAMILY: [
    '关联机构',
    'the reviewer’s organisation and the listing institution are of one family of organisations',
  ],
  OWN_ACHIEVEMENT: ['本人成果', 'the reviewer wrote or edited the record'],
  CO_INVENTOR: [
    '完成人',
    'the reviewer is named among the inventors: equal ORCID iD, or exact name in the same organisation',
  ],
  COLLABORATION: [
    '近48个月合作',
    'a collaboration within the last 48 months, declared or found in another achievement with common inventors',
  ],
  DECLARED: ['本人申报', 'the reviewer declared a conflict'],
});
export type ConflictReason = keyof typeof ConflictReason;

export const AssignmentStatus = vocabulary('AssignmentStatus', 'Where an assignment stands.', {
  ASSIGNED: ['已分配', 'waits for the review'],
  SUBMITTED: ['已提交', 'the review is submitted'],
  DECLINED: ['已谢绝', 'the reviewer declined'],
  WITHDRAWN: ['已撤回', 'taken back: a conflict, or replaced by the operator'],
});
export type AssignmentStatus = keyof typeof AssignmentStatus;

export const AssignmentRunStatus = vocabulary('AssignmentRunStatus', 'Where a run of the assignment stands.', {
  QUEUED: ['排队中', 'waits for the worker'],
  RUNNING: ['进行中', 'at work'],
  COMPLETED: ['已完成', 'done; `unmet` says what could not be met'],
  FAILED: ['失败', 'ended with a fault; start it again'],
});
export type AssignmentRunStatus = keyof typeof AssignmentRunStatus;

export const ReviewStatus = vocabulary('ReviewStatus', 'Where a version of a review stands.', {
  DRAFT: ['草稿', 'being written; only its reviewer sees it'],
  SUBMITTED: ['已提交', 'submitted; never changed again'],
});
export type ReviewStatus = keyof typeof ReviewStatus;

export const FitKind = vocabulary('FitKind', 'What a fit of the calibration was made for.', {
  INTERIM: ['中期', 'on the reviews so far, for the operator'],
  FINAL: ['最终', 'on all reviews, for the decision'],
});
export type FitKind = keyof typeof FitKind;
