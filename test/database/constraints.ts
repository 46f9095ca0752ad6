import { getMetadataStorage } from 'type-graphql';
import { GapSource } from '../../src/vetting/cultivation/cultivation.codes.js';
import { CURRENCIES } from '../../src/lib/checks.js';
import { LANGUAGES } from '../../src/lib/languages.js';
import { DeclineReason } from '../../src/matching/match.vocabularies.js';
import { MailKind } from '../../src/notifications/mail.events.js';
import { DecisionReason, Dimension, EntryDecision } from '../../src/vetting/vocabularies.js';
import { Locale } from '../../src/kernel/localized.js';
import type { TestApp } from '../harness.js';

/** Columns with a vocabulary of the program that no GraphQL field of their entity shows as an enum. */
const OTHERS: Readonly<Record<string, Iterable<string>>> = {
  'account.locale': Object.values(Locale),
  'achievement.funding_currency': CURRENCIES,
  'assessment.dimension': Object.values(Dimension),
  'cohort_entry.decision': Object.values(EntryDecision),
  'cohort_entry.decision_reason': Object.values(DecisionReason),
  'cohort_entry.proposal': Object.values(EntryDecision),
  'cultivation_gap.dimension': Object.values(Dimension),
  'cultivation_gap.source': Object.values(GapSource),
  'currency_rate.currency': CURRENCIES,
  'demand.budget_currency': CURRENCIES,
  'gap_code.dimension': Object.values(Dimension),
  'mail_opt_out.kind': Object.values(MailKind),
  'matching_round_pair.investor_reason': Object.values(DeclineReason),
  'matching_round_pair.lister_reason': Object.values(DeclineReason),
  'review.shared': Object.values(Dimension),
  'talent_profile.languages': LANGUAGES,
};

interface Enum {
  enumObj: object;
}

/**
 * The vocabularies of the program by `table.column`: what the fields of entities show as GraphQL enums, and OTHERS. The
 * storage of type-graphql gives an enum's values as an object.
 */
export function vocabularies(t: TestApp): Map<string, Set<string>> {
  const storage = getMetadataStorage() as unknown as {
    enums: Enum[];
    fields: Array<{ name: string; target: object; getType: () => unknown }>;
  };
  const enums = new Set<unknown>(storage.enums.map(({ enumObj }) => enumObj));
  const found = new Map(Object.entries(OTHERS).map(([column, codes]) => [column, new Set(codes)]));
  for (const entity of t.app.dataSource.entityMetadatas)
    for (const column of entity.columns) {
      const field = storage.fields.find(
        ({ name, target }) =>
          name === column.propertyName &&
          (target === entity.target ||
            (entity.target as { prototype: object }).prototype instanceof (target as new () => object)),
      );
      const type = field?.getType();
      if (type !== undefined && enums.has(type))
        found.set(`${entity.tableName}.${column.databaseName}`, new Set(Object.values(type as object) as string[]));
    }
  return found;
}

export interface TextColumn {
  name: string;
  /** Codes of its CHECK; null without one. */
  codes: Set<string> | null;
  /** Whether a foreign key, or a trigger `…_exist`, holds it to a list. */
  listed: boolean;
}

/** All columns of type text and text[] of the schema, with what the database holds them to. */
export async function textColumns(t: TestApp): Promise<TextColumn[]> {
  const rows = await t.sql<{ name: string; checks: string[]; listed: boolean }>(
    `SELECT c.table_name || '.' || c.column_name AS name,
       ARRAY(
         SELECT pg_get_constraintdef(k.oid) FROM pg_constraint k
         WHERE k.conrelid = to_regclass('public.' || c.table_name) AND k.contype = 'c' AND k.convalidated
           AND c.column_name = ANY (ARRAY(SELECT a.attname FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)))
       ) AS checks,
       EXISTS (
         SELECT 1 FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
         WHERE k.conrelid = to_regclass('public.' || c.table_name) AND k.contype = 'f' AND a.attname = c.column_name
       ) OR EXISTS (
         SELECT 1 FROM pg_trigger g
         WHERE g.tgrelid = to_regclass('public.' || c.table_name) AND g.tgname = c.column_name || '_exist'
       ) AS listed
     FROM information_schema.columns c
     JOIN information_schema.tables USING (table_schema, table_name)
     WHERE c.table_schema = 'public' AND table_type = 'BASE TABLE' AND c.udt_name IN ('text', '_text')
       AND c.table_name NOT IN (SELECT relname FROM pg_class WHERE relispartition)
     ORDER BY 1`,
  );
  return rows.map(({ name, checks, listed }) => {
    const column = name.split('.')[1]!;
    const text = [`${column} = ANY \\(`, `${column} <@ `, `${column} = '`]
      .flatMap((form) => checks.filter((check) => new RegExp(`^CHECK \\(\\(${form}`).test(check)))
      .at(0);
    const codes =
      text === undefined ? null : new Set([...text.matchAll(/'([^']*)'::text/g)].map(([, value]) => value!));
    return { name, codes, listed };
  });
}
