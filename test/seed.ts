import { randomInt } from 'node:crypto';
import { enterPool } from '../src/bench/past-cohort.js';
import { hashPassword } from '../src/identity/accounts/passwords.js';
import { openSession, tokensOf } from '../src/identity/sessions/session.tokens.js';
import { newId, toGlobalId } from '../src/lib/ids.js';
import { noteForIndexing } from '../src/outbox/indexing.js';
import { defaultSettings } from '../src/vetting/cohort/cohort.settings.js';
import type { TestApp } from './harness.js';
import type { OrganisationKind, MembershipRole } from '../src/kernel/viewer.js';

/**
 * A logged-in person. `token` is an access token valid for ten minutes by the app's clock; `logIn` returns another one.
 */
export interface SeededPerson {
  token: string;
  refreshToken: string;
  /** The account's UUID in the database. */
  accountId: string;
  /** The account's global id. */
  id: string;
  email: string;
  password: string;
  displayName: string;
}

export interface SeededOrganisation {
  /** Global id of the organisation. */
  id: string;
  uuid: string;
}

export interface Seed {
  /** A person with a confirmed e-mail address (unless said otherwise), logged in. */
  person(wish?: {
    email?: string;
    operator?: boolean;
    confirmed?: boolean;
    displayName?: string;
    locale?: 'ZH' | 'EN';
  }): Promise<SeededPerson>;
  /** Opens another session of the person; returns its access token. */
  logIn(person: SeededPerson): Promise<string>;
  /** Creates an organisation with this owner; verified by default. */
  organisation(
    owner: SeededPerson,
    wish?: { kind?: OrganisationKind; verified?: boolean; name?: string; regionCode?: string },
  ): Promise<SeededOrganisation>;
  /** Makes a person (a new one by default) a member of the organisation. */
  member(organisation: SeededOrganisation, role: MembershipRole, person?: SeededPerson): Promise<SeededPerson>;
  /** Admits achievements (UUIDs) to the pool, as by a past cohort. */
  admit(achievementIds: readonly string[], wish?: { score?: string }): Promise<void>;
  /** Creates an open, empty cohort with the default settings. */
  cohort(wish?: { year?: number }): Promise<{ id: string; uuid: string }>;
}

export { enterPool };

const PASSWORD = 'ningjing zhiyuan 7381';

/** Inserts people and organisations directly into the database, for tests of other subjects. */
export function seed(t: TestApp): Seed {
  const { app } = t;
  // All people of a seed share one password hash, because argon2 is slow by design.
  let passwordHash: Promise<string> | undefined;
  let count = 0;

  async function session(accountId: string) {
    return tokensOf(app, await openSession(app.dataSource.manager, accountId, 'a test', app.clock()));
  }

  const seeded: Seed = {
    async person({ email, operator = false, confirmed = true, displayName, locale = 'EN' } = {}) {
      count += 1;
      passwordHash ??= hashPassword(PASSWORD);
      const accountId = newId();
      const address = email ?? `person${count}.${randomInt(1e9)}@example.org`;
      const name = displayName ?? `Person ${count}`;
      const now = app.clock();
      await app.dataSource.query(
        `INSERT INTO account (
           id, pseudonym, email, password_hash, display_name, locale, is_operator, email_confirmed_at, created_at
         )
         VALUES ($1, gen_random_uuid(), $2, $3, $4, $5, $6, $7, $8)`,
        [accountId, address, await passwordHash, name, locale, operator, confirmed ? now : null, now],
      );
      const { accessToken, refreshToken } = await session(accountId);
      return {
        token: accessToken,
        refreshToken,
        accountId,
        id: toGlobalId('Account', accountId),
        email: address,
        password: PASSWORD,
        displayName: name,
      };
    },
    async logIn(person) {
      return (await session(person.accountId)).accessToken;
    },
    async organisation(owner, { kind = 'UNIVERSITY', verified = true, name, regionCode } = {}) {
      count += 1;
      const uuid = newId();
      const now = app.clock();
      const text = name ?? `Organisation ${count}`;
      await app.dataSource.query(
        `INSERT INTO organisation (id, kind, name, region_code, verification, verified_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        [
          uuid,
          kind,
          JSON.stringify({ zh: text, en: text }),
          regionCode ?? null,
          verified ? 'VERIFIED' : 'PENDING',
          verified ? now : null,
          now,
        ],
      );
      const organisation = { id: toGlobalId('Organisation', uuid), uuid };
      await seeded.member(organisation, 'OWNER', owner);
      return organisation;
    },
    async member(organisation, role, person) {
      const member = person ?? (await seeded.person());
      await app.dataSource.query(
        `INSERT INTO membership (id, account_id, organisation_id, role, created_at) VALUES ($1, $2, $3, $4, $5)`,
        [newId(), member.accountId, organisation.uuid, role, app.clock()],
      );
      return member;
    },
    async admit(achievementIds, { score } = {}) {
      await app.dataSource.transaction(async (tx) => {
        await tx.query(
          `UPDATE achievement SET status = 'ADMITTED', score = $2, admitted_at = $3 WHERE id = ANY($1::uuid[])`,
          [achievementIds, score ?? null, app.clock()],
        );
        await enterPool(tx, achievementIds);
        await noteForIndexing(tx, achievementIds);
      });
    },
    async cohort({ year = 2026 } = {}) {
      const uuid = newId();
      const { weights, floors, tieRule } = defaultSettings;
      await app.dataSource.query(
        `INSERT INTO cohort (
           id, year, number, name, status, quota_rate, weights, floors, min_reviews, reviewer_load, notice_days,
           validity_months, double_share, blind, tie_rule, created_at
         )
         SELECT $1, $2, COALESCE(max(number), 0) + 1, '{"zh":"测试批次","en":"A cohort"}', 'OPEN', 0.2, $3, $4, 3, 40,
           7, 24, 0.1, true, $5, $6
         FROM cohort
         WHERE year = $2`,
        [uuid, year, JSON.stringify(weights), JSON.stringify(floors), tieRule, app.clock()],
      );
      return { id: toGlobalId('Cohort', uuid), uuid };
    },
  };
  return seeded;
}
