import { randomBytes } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { App, Context } from '../kernel/context.js';
import type { FieldProblem } from '../kernel/errors.js';
import { hashPassword } from '../identity/accounts/passwords.js';
import { appendLedger, type LedgerEntry } from '../ledger/ledger.service.js';
import { reasonFact } from '../ledger/texts.js';
import { newId, toGlobalId } from '../lib/ids.js';
import { TalentProfile } from '../talent/talent.entity.js';
import { applyTalentInput, emptyTalent, readEvidence } from '../talent/talent.record.js';
import { storeEvidence, storeIndustries, talentColumns } from '../talent/talent.store.js';
import { codeLists, type CodeLists } from '../taxonomy/code-lists.js';
import { contextAs } from './sample.actors.js';
import { achievementIds } from './sample.backers.js';
import type { Progress } from './sample.cohorts.js';
import { readTalents, type SampleTalent } from './sample.matching-data.js';
import { insertAccount, LOGIN_TALENT, sampleLogins, sampleOrganisationIds } from './sample.people.js';
import { dayOfChina, yearOfChina } from '../lib/day.js';

const OPERATOR = sampleLogins.accounts[0].email;
/** Profiles per transaction. */
const BATCH = 20;
/** Reason with which the sample's operator rejects a talent profile. */
const REJECTED_WHY = '所填专长无法核实 What is said to be known could not be checked.';

/**
 * E-mail address of a sample talent, in the domain .invalid, which has no mailboxes (RFC 2606), except for the one
 * talent that can log in.
 */
const talentEmail = (key: string): string => (key === LOGIN_TALENT.key ? LOGIN_TALENT.email : `${key}@talents.invalid`);

interface Known {
  codes: CodeLists;
  organisations: ReadonlyMap<string, string>;
  /** Ids of achievements by external id. */
  achievements: ReadonlyMap<string, string>;
}

/**
 * Creates the sample talent profiles that do not exist yet, with the validation and the writing code of a person's own
 * edits.
 */
export async function loadSampleTalents(app: App, progress: Progress): Promise<void> {
  const talents = await readTalents();
  const db = app.dataSource.manager;
  const there = new Set(
    (
      (await db.query(`SELECT a.email FROM talent_profile t JOIN account a ON a.id = t.account_id`)) as Array<{
        email: string;
      }>
    ).map((row) => row.email),
  );
  const known: Known = {
    codes: await codeLists(app.dataSource),
    organisations: await sampleOrganisationIds(db),
    achievements: await achievementIds(app),
  };
  const operator = await contextAs(app, OPERATOR);
  const nobodysHash = await hashPassword(randomBytes(24).toString('base64url'));
  for (let start = 0; start < talents.length; start += BATCH) {
    const batch = talents.slice(start, start + BATCH).filter(({ key }) => !there.has(talentEmail(key)));
    await app.dataSource.transaction(async (tx) => {
      const entries: Array<{ actor: string; entry: LedgerEntry }> = [];
      for (const talent of batch) entries.push(...(await insertTalent(tx, operator, talent, known, nobodysHash)));
      for (const { actor, entry } of entries) await appendLedger(tx, actor, operator.now(), [entry]);
    });
    progress(`sample pool: ${Math.min(start + BATCH, talents.length)}/${talents.length} talents`);
  }
}

async function insertTalent(
  tx: EntityManager,
  operator: Context,
  talent: SampleTalent,
  { codes, organisations, achievements }: Known,
  nobodysHash: string,
): Promise<Array<{ actor: string; entry: LedgerEntry }>> {
  const {
    key,
    name,
    organisation,
    verification,
    evidence,
    kind,
    headline,
    bio,
    skills,
    industries,
    orcid,
    daysPerMonth,
    availableFrom,
    regions,
    languages,
    roles,
    managerGrade,
    visibility,
  } = talent;
  const at = operator.now();
  const email = talentEmail(key);
  const account =
    (await accountOf(tx, email)) ??
    (await insertAccount(tx, newId(), email, name, nobodysHash, false, at), (await accountOf(tx, email))!);
  const problems: FieldProblem[] = [];
  const content = applyTalentInput(
    emptyTalent,
    {
      kind,
      headline,
      bio,
      skills,
      industries,
      orcid,
      daysPerMonth,
      availableFrom,
      regions,
      languages,
      roles,
      managerGrade,
      visibility,
      organisationId: organisation === null ? null : toGlobalId('Organisation', organisations.get(organisation)!),
    },
    codes,
    dayOfChina(at),
    problems,
  );
  const shown = readEvidence(
    evidence.map(({ achievement, ...item }) => ({
      ...item,
      achievementId: achievement === null ? null : toGlobalId('Achievement', achievements.get(achievement)!),
    })),
    yearOfChina(at),
    problems,
  );
  if (problems.length > 0) throw new Error(`the sample's talent ${key} is not valid: ${JSON.stringify(problems)}`);
  const id = newId();
  const reason = verification === 'REJECTED' ? REJECTED_WHY : null;
  await tx.insert(TalentProfile, {
    ...talentColumns(content),
    id,
    accountId: account.id,
    status: 'ACTIVE',
    statusReasonText: null,
    verification,
    verificationReasonText: reason,
    revision: 1,
    createdAt: at,
    updatedAt: at,
  } as object);
  await storeIndustries(tx, id, content.industries);
  await storeEvidence(tx, id, shown);
  const created = {
    kind: 'talent.created',
    subjectType: 'TalentProfile',
    subjectId: id,
    facts: { kind: content.kind, visibility: content.visibility },
  };
  const decided = {
    kind: verification === 'VERIFIED' ? 'talent.verified' : 'talent.rejected',
    subjectType: 'TalentProfile',
    subjectId: id,
    facts: { from: 'UNVERIFIED', revision: 1, ...(await reasonFact(tx, operator, reason)) },
  };
  return [
    { actor: account.pseudonym, entry: created },
    ...(verification === 'UNVERIFIED' ? [] : [{ actor: operator.viewer.pseudonym!, entry: decided }]),
  ];
}

async function accountOf(tx: EntityManager, email: string): Promise<{ id: string; pseudonym: string } | undefined> {
  const [account] = (await tx.query(`SELECT id, pseudonym FROM account WHERE email = $1`, [email])) as Array<{
    id: string;
    pseudonym: string;
  }>;
  return account;
}
