import { mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createApp } from '../../src/app.js';
import { generateProfiles } from '../../src/bench/matching/proposals.profiles.js';
import { entry } from '../deals/kit.js';
import { startTestApp, type TestApp } from '../harness.js';
import { createLogger } from '../../src/kernel/logger.js';
import { seed } from '../seed.js';

/** Slightly more investors than the minimum for a snapshot file. */
const INVESTORS = 2100;

let t: TestApp;
let folder: string;
let entryId: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'techpool-snapshot-'));
  t = await startTestApp({ dataDir: join(folder, 'own') });
  const s = seed(t);
  const university = await s.organisation(await s.person());
  entryId = (
    await entry(t, university, {
      title: { zh: '晶圆清洗设备', en: 'Wafer cleaning equipment' },
      industries: ['3562'],
      trl: 7,
      regionCode: '620100',
    })
  ).uuid;
  await generateProfiles(t.app, INVESTORS, 0);
}, 120_000);
afterAll(async () => {
  await t?.close();
  await rm(folder, { recursive: true, force: true });
});

/**
 * Ranks all investors for the entry, with reasons, in a separate process on a data folder; also returns whether the
 * process read the snapshot file.
 */
async function ranked(dataDir: string) {
  const lines: string[] = [];
  const log = createLogger(
    'debug',
    new Writable({ write: (chunk: Buffer, _encoding, done) => (lines.push(chunk.toString('utf8')), done()) }),
  );
  const running = await createApp(
    { ...t.app.config, dataDir, worker: false },
    {
      databaseUrl: t.databaseUrl,
      meiliUrl: inject('meiliUrl'),
      meiliKey: inject('meiliKey'),
      secretKey: 'test-secret-key-of-32-characters!',
    },
    { log },
  );
  try {
    const { matching } = running.app;
    const held = await matching.fresh();
    const { total, items } = held.investors.rank(held.opportunities.get(entryId)!, { limit: 3000, asOf: matching.day });
    // No process may load all data a second time during a start.
    expect(lines.filter((line) => line.includes('matching is loaded'))).toHaveLength(1);
    return { total, items, fromFile: lines.some((line) => line.includes('"fromFile":true')) };
  } finally {
    await running.close();
  }
}

const shared = () => join(folder, 'shared');
const file = () => join(shared(), 'cache', 'matching-investors.bin');

it('keeps the investors in a file, goes on from there after a restart, and proposes what one does that read them all', async () => {
  const first = await ranked(shared());
  expect(first).toMatchObject({ total: INVESTORS, fromFile: false });
  expect(await readdir(join(shared(), 'cache'))).toEqual(['matching-investors.bin']);
  expect(await ranked(shared())).toEqual({ ...first, fromFile: true });
  // While no process runs, one investor is removed and one changed.
  const [gone, changed] = first.items.slice(0, 2).map((item) => item.id);
  await t.sql(`UPDATE investor_profile SET status = 'PAUSED' WHERE id = $1`, [gone]);
  await t.sql(`UPDATE investor_profile SET trl_min = 1, trl_max = 2, region_codes = '{620100}' WHERE id = $1`, [
    changed,
  ]);
  const [restored, read] = [await ranked(shared()), await ranked(join(folder, 'empty'))];
  expect(restored).toMatchObject({ total: INVESTORS - 1, fromFile: true });
  expect(restored).toEqual({ ...read, fromFile: true });
  expect(restored.items.find((item) => item.id === changed)).not.toEqual(
    first.items.find((item) => item.id === changed),
  );
  // The file contains the changes now.
  expect(await ranked(shared())).toEqual(restored);
}, 120_000);

it('reads everything where the file is broken, of another database, or of other rates', async () => {
  const size = (await readFile(file())).length;
  await truncate(file(), size - 100);
  const broken = await ranked(shared());
  expect(broken).toMatchObject({ total: INVESTORS - 1, fromFile: false });
  // A process that read all data from the database has written a new file.
  expect(await ranked(shared())).toEqual({ ...broken, fromFile: true });

  await t.sql(`DELETE FROM match_snapshot`);
  expect(await ranked(shared())).toEqual(broken);

  await t.sql(`UPDATE currency_rate SET cny_per_unit = cny_per_unit * 2 WHERE currency <> 'CNY'`);
  expect(await ranked(shared())).toMatchObject({ total: INVESTORS - 1, fromFile: false });
}, 120_000);
