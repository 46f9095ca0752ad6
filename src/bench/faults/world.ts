import { hashPassword } from '../../identity/accounts/passwords.js';
import type { App } from '../../kernel/context.js';
import { newId, toGlobalId } from '../../lib/ids.js';
import { EDITOR, growPool, withRunningApp } from '../pool.js';
import type { Person } from './courier.js';

const PASSWORD = 'bench faults 2026';

/** An organisation, by its global id, and its owner. */
export interface Owned {
  id: string;
  owner: Person;
}

/** What exists before the load: everything that the writes work on. */
export interface World {
  /** Pool entries, by global id; each is edited at most once and gets interest at most once. */
  entries: readonly string[];
  /** An institution whose entries EDITOR creates. */
  lister: Owned;
  investor: Owned;
  /** Institutions with files of their own, since an institution has one import under way at a time. */
  importers: readonly Owned[];
  /** Organisations that invite members; an account invites at most 100 persons an hour. */
  inviters: readonly Owned[];
}

export async function makeWorld(dataDir: string, size: { entries: number; inviters: number }): Promise<World> {
  await growPool(dataDir, size.entries);
  return withRunningApp(dataDir, async (app) => {
    const password = await hashPassword(PASSWORD);
    const many = (count: number, name: string, kind: string) =>
      Promise.all(Array.from({ length: count }, (_, i) => organisation(app, `${name} ${i}`, kind, password)));
    const [lister] = await many(1, 'Lister', 'UNIVERSITY');
    const [investor] = await many(1, 'Investor', 'INVESTOR');
    const rows = (await app.dataSource.query(
      `SELECT id FROM achievement WHERE status = 'ADMITTED' ORDER BY md5(id::text)`,
    )) as Array<{ id: string }>;
    return {
      entries: rows.map(({ id }) => toGlobalId('Achievement', id)),
      lister: lister!,
      investor: investor!,
      importers: await many(2, 'Importer', 'UNIVERSITY'),
      inviters: await many(size.inviters, 'Inviter', 'UNIVERSITY'),
    };
  });
}

/** The editor of the pool entries. */
export const editor: Person = EDITOR;

async function organisation(app: App, name: string, kind: string, passwordHash: string): Promise<Owned> {
  const [account, id, now] = [newId(), newId(), app.clock()];
  const owner = { email: `${name.toLowerCase().replace(/\W+/g, '-')}@faults.example`, password: PASSWORD };
  await app.dataSource.query(
    `INSERT INTO account (
       id, pseudonym, email, password_hash, display_name, is_operator, email_confirmed_at, created_at
     )
     VALUES ($1, gen_random_uuid(), $2, $3, 'Owner', false, $4, $4)`,
    [account, owner.email, passwordHash, now],
  );
  await app.dataSource.query(
    `INSERT INTO organisation (id, kind, name, region_code, verification, verified_at, created_at)
     VALUES ($1, $2, $3, '620100', 'VERIFIED', $4, $4)`,
    [id, kind, JSON.stringify({ zh: name, en: name }), now],
  );
  await app.dataSource.query(
    `INSERT INTO membership (id, account_id, organisation_id, role, created_at) VALUES ($1, $2, $3, 'OWNER', $4)`,
    [newId(), account, id, now],
  );
  return { id: toGlobalId('Organisation', id), owner };
}
