import { exportedRows } from '../kernel/personal-data.js';
import type { Module } from '../kernel/module.js';
import { byUuid } from '../kernel/node.readers.js';
import { changedRows } from '../lib/changed-rows.js';
import { Mention } from './mention.entity.js';
import { mentionPages } from './mention.mail-pages.js';
import { mentionedMail, mentionTasks } from './mention.mails.js';
import { readMention } from './mention.queries.js';
import {
  MentionFieldsResolver,
  MentionsResolver,
  OrganisationMentionsResolver,
  ViewerMentionsResolver,
} from './mention.resolver.js';
import { mentionsColumns } from './mentions.personal-columns.js';
import { mentionsRights } from './mentions.rights.js';

/** Module of mentions: one party names another in a record, and the named party confirms or denies this. */
export const mentionsModule: Module = {
  name: 'mentions',
  entities: [Mention],
  resolvers: [MentionsResolver, OrganisationMentionsResolver, ViewerMentionsResolver, MentionFieldsResolver],
  nodeReaders: { Mention: byUuid(readMention) },
  tasks: mentionTasks.tasks,
  cron: mentionTasks.cron,
  mails: [mentionedMail],
  mailPages: mentionPages,
  personalData: [
    {
      part: 'mentions',
      exports: {
        mentions: exportedRows(
          `SELECT m.kind, m.subject_id, m.namer_id, m.organisation_id, m.talent_id, m.status, m.created_at, m.answered_at,
             m.answered_by = $1 AS "answeredByYou"
           FROM mention m
           LEFT JOIN talent_profile t ON t.account_id = $1
           WHERE m.answered_by = $1 OR m.talent_id = t.id OR m.namer_id = t.id
           ORDER BY m.id`,
        ),
      },
      ...mentionsColumns,
      // Must run before the talent profile is emptied.
      erase: async (tx, { accountId }) => {
        await changedRows(
          tx,
          `DELETE FROM mention m USING talent_profile t
           WHERE t.account_id = $1 AND t.id IN (m.talent_id, m.namer_id)`,
          [accountId],
        );
        await changedRows(tx, `UPDATE mention SET answered_by = NULL WHERE answered_by = $1`, [accountId]);
      },
    },
  ],
  rights: mentionsRights,
};
