import type { EntityManager } from 'typeorm';
import { defineLoader } from '../../lib/batching.js';
import { addJob, addLostJob, type Task } from '../../kernel/jobs.js';
import type { Sweep } from '../../kernel/jobs/sweep.js';
import type { Localized } from '../../kernel/localized.js';
import { GETS_MAIL, notify } from '../../notifications/mail.js';
import { areNearNames, nameForms, type NameForms } from '../../text/names.js';
import { namesakesMail } from './organisations.mails.js';
import type { Locale } from '../../kernel/localized.js';
import { Organisation, type PendingChange } from './organisation.entity.js';

/**
 * Namesakes: verified organisations whose name another organisation bears or nearly bears. Anyone can found an
 * organisation of any name, so operators are told before they verify one that could be taken for another.
 */

export const NAMESAKES_TASK = 'identity:namesakes';

/**
 * Minimum pause, in milliseconds, between two mails about namesakes, so that many organisations founded in a row are
 * one mail.
 */
const PAUSE_MS = 10 * 60_000;
/** Maximum number of organisations checked per run of the job. */
const BATCH = 200;
/** Maximum number of organisations listed in a mail, and of namesakes shown for one organisation. */
const MAX_SHOWN = 20;

interface Named {
  id: string;
  name: Localized;
  pending: PendingChange | null;
}

/**
 * Names of an organisation in all languages, including a new name that its owners have requested and no operator has
 * checked.
 */
const textsOf = ({ name, pending }: Named): string[] => [
  ...new Set([name.zh, name.en, pending?.nameText?.zh, pending?.nameText?.en].filter((text) => text !== undefined)),
];

/**
 * For each organisation, the first MAX_SHOWN verified organisations, other than itself, whose name equals or nearly
 * equals one of its names.
 */
function namesakesOf(organisations: readonly Named[], verified: readonly Named[]): Named[][] {
  const known = verified.map((one) => ({ one, forms: [one.name.zh, one.name.en].flatMap(formsOf) }));
  return organisations.map((organisation) => {
    const own = textsOf(organisation).map(nameForms);
    return known
      .filter(
        ({ one, forms }) =>
          one.id !== organisation.id && own.some((name) => forms.some((form) => areNearNames(name, form))),
      )
      .map(({ one }) => one)
      .slice(0, MAX_SHOWN);
  });
}

const formsOf = (text: string | undefined): NameForms[] => (text === undefined ? [] : [nameForms(text)]);

const COLUMNS = `o.id, o.name, o.pending_change AS pending`;

const readVerified = (db: EntityManager): Promise<Named[]> =>
  db.query(`SELECT ${COLUMNS} FROM organisation o WHERE o.verification = 'VERIFIED' ORDER BY o.id`);

/** Loads the namesakes of each organisation by its id. */
export const namesakesById = defineLoader<string, Organisation[]>(async (db, ids) => {
  const [asked, verified] = await Promise.all([
    db.query(`SELECT ${COLUMNS} FROM organisation o WHERE o.id = ANY($1::uuid[])`, [ids]) as Promise<Named[]>,
    readVerified(db),
  ]);
  const found = new Map(asked.map((one, i) => [one.id, i]));
  const lists = namesakesOf(asked, verified);
  const shown = [...new Set(lists.flat().map(({ id }) => id))];
  const entities =
    shown.length === 0
      ? []
      : await db.findBy(
          Organisation,
          shown.map((id) => ({ id })),
        );
  const byId = new Map(entities.map((entity) => [entity.id, entity]));
  return ids.map((id) => (lists[found.get(id) ?? -1] ?? []).flatMap((one) => byId.get(one.id) ?? []));
});

/**
 * Marks an organisation, in the caller's write, as having a present or requested name that was not yet compared with
 * those of verified organisations, and queues the job that compares it.
 */
export async function noteName(tx: EntityManager, id: string, now: Date): Promise<void> {
  await tx.query(`UPDATE organisation SET names_checked_at = NULL WHERE id = $1`, [id]);
  const [row] = (await tx.query(`SELECT max(namesakes_told_at) AS told FROM organisation`)) as Array<{
    told: Date | null;
  }>;
  const free = row!.told === null ? 0 : row!.told.getTime() + PAUSE_MS;
  // Jobs run by the clock of the machine, which tests of the app's clock do not move.
  const wait = Math.max(0, Math.min(PAUSE_MS, free - now.getTime()));
  await addJob(tx, NAMESAKES_TASK, {}, { key: NAMESAKES_TASK, runAt: new Date(Date.now() + wait) });
}

/** SQL condition: the names of the organisation `o` are still to be compared. */
const UNCHECKED = `o.names_checked_at IS NULL AND (o.verification <> 'VERIFIED' OR o.pending_change ? 'nameText')`;

/** Queues again the comparison of names that were noted, where its job is lost. */
export const sweepNamesakes: Sweep = {
  task: NAMESAKES_TASK,
  async requeue(tx) {
    const [noted] = (await tx.query(`SELECT 1 FROM organisation o WHERE ${UNCHECKED} LIMIT 1`)) as unknown[];
    return noted && (await addLostJob(tx, NAMESAKES_TASK, {}, { key: NAMESAKES_TASK })) ? 1 : 0;
  },
};

/**
 * Job that compares the names marked by `noteName` with those of verified organisations, and mails operators the
 * namesakes. A verified organisation is compared only if its owners have requested a new name.
 */
export const tellOfNamesakes: Task = async (app) => {
  await app.dataSource.transaction(async (tx) => {
    const now = app.clock();
    const due = (await tx.query(
      `SELECT ${COLUMNS}
       FROM organisation o
       WHERE ${UNCHECKED}
       ORDER BY o.created_at
       LIMIT ${BATCH}
       FOR NO KEY UPDATE`,
    )) as Named[];
    if (due.length === 0) return;
    const lists = namesakesOf(due, await readVerified(tx));
    const pairs = due.flatMap((one, i) => (lists[i]!.length > 0 ? [{ one, like: lists[i]! }] : []));
    await tx.query(
      `UPDATE organisation
       SET names_checked_at = $2, namesakes_told_at = CASE WHEN id = ANY($3::uuid[]) THEN $2 ELSE namesakes_told_at END
       WHERE id = ANY($1::uuid[])`,
      [due.map(({ id }) => id), now, pairs.map(({ one }) => one.id)],
    );
    if (pairs.length > 0) {
      const operators = (await tx.query(
        `SELECT acc.email, acc.locale FROM account acc WHERE acc.is_operator AND ${GETS_MAIL} ORDER BY acc.id`,
      )) as Array<{ email: string; locale: Locale }>;
      const lines = pairs.slice(0, MAX_SHOWN).map(({ one, like }) => ({
        name: textsOf(one).join(' / '),
        like: like.map((verified) => textsOf({ ...verified, pending: null }).join(' / ')),
      }));
      await notify(tx, namesakesMail, operators, () => ({ pairs: lines, more: pairs.length - lines.length }));
    }
    if (due.length === BATCH) await addJob(tx, NAMESAKES_TASK, {}, { key: NAMESAKES_TASK });
  });
};
