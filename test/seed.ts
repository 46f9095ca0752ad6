import { randomInt } from 'node:crypto';
import type { OrganisationKind, MembershipRole } from '../src/context.js';
import { hashPassword } from '../src/identity/passwords.js';
import { openSession, tokensOf } from '../src/identity/session.tokens.js';
import { newId, toGlobalId } from '../src/lib/ids.js';
import type { TestApp } from './harness.js';

/** A logged-in person. `token` is an access token of ten minutes by the app's clock; `logIn` gives another. */
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
  /** Global id. */
  id: string;
  uuid: string;
}

export interface Seed {
  /** A person with a confirmed e-mail address (unless said otherwise), logged in. */
  person(wish?: { email?: string; operator?: boolean; confirmed?: boolean; displayName?: string; locale?: 'ZH' | 'EN' }): Promise<SeededPerson>;
  /** Another session of the person; returns its access token. */
  logIn(person: SeededPerson): Promise<string>;
  /** An organisation, verified unless said otherwise, with this owner. */
  organisation(owner: SeededPerson, wish?: { kind?: OrganisationKind; verified?: boolean; name?: string; regionCode?: string }): Promise<SeededOrganisation>;
  /** A person, new unless given, as member of the organisation. */
  member(organisation: SeededOrganisation, role: MembershipRole, person?: SeededPerson): Promise<SeededPerson>;
}

const PASSWORD = 'ningjing zhiyuan 7381';

/** Puts people and organisations straight into the database, for tests that are about something else. */
export function seed(t: TestApp): Seed {
  const { app } = t;
  // One argon2 run serves all people of a seed.
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
        `INSERT INTO account (id, pseudonym, email, password_hash, display_name, locale, is_operator, email_confirmed_at, created_at)
         VALUES ($1, gen_random_uuid(), $2, $3, $4, $5, $6, $7, $8)`,
        [accountId, address, await passwordHash, name, locale, operator, confirmed ? now : null, now],
      );
      const { accessToken, refreshToken } = await session(accountId);
      return { token: accessToken, refreshToken, accountId, id: toGlobalId('Account', accountId), email: address, password: PASSWORD, displayName: name };
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
        `INSERT INTO organisation (id, kind, name, region_code, verification, verified_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        [uuid, kind, JSON.stringify({ zh: text, en: text }), regionCode ?? null, verified ? 'VERIFIED' : 'PENDING', verified ? now : null, now],
      );
      const organisation = { id: toGlobalId('Organisation', uuid), uuid };
      await seeded.member(organisation, 'OWNER', owner);
      return organisation;
    },
    async member(organisation, role, person) {
      const member = person ?? (await seeded.person());
      await app.dataSource.query(`INSERT INTO membership (id, account_id, organisation_id, role, created_at) VALUES ($1, $2, $3, $4, $5)`, [
        newId(),
        member.accountId,
        organisation.uuid,
        role,
        app.clock(),
      ]);
      return member;
    },
  };
  return seeded;
}
