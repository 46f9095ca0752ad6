import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAULTS, runCampaign, type Outcome, type Plan } from '../../src/bench/faults/campaign.js';

/** Issue 16: parts are killed under load. The short form of `npm run bench -- faults`. */

const folders: string[] = [];
beforeAll(() => {
  execFileSync(process.execPath, ['scripts/build.mjs', '--if-stale'], { stdio: 'inherit' });
}, 120_000);
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true, maxRetries: 3 }))));

async function run(plan: Partial<Plan>): Promise<{ outcome: Outcome; said: string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'techpool-faults-'));
  folders.push(folder);
  const said: string[] = [];
  const outcome = await runCampaign(folder, {
    faults: FAULTS,
    entries: 400,
    calmSeconds: 0.5,
    writes: 20,
    patienceSeconds: 90,
    say: (line) => said.push(line),
    ...plan,
  });
  return { outcome, said };
}

describe('load while API, postmaster, search engine and worker are killed', () => {
  it('loses and doubles no acknowledged write, and recovers by itself', { timeout: 400_000 }, async () => {
    const { outcome, said } = await run({});
    const told = said.join('\n');
    expect(outcome.rows.map(({ fault }) => fault)).toEqual([...FAULTS]);
    for (const row of outcome.rows) {
      expect(row, told).toMatchObject({ lost: 0, doubled: 0 });
      expect(row.recoverySeconds, `${row.fault}\n${told}`).toBeLessThan(60);
    }
    expect(outcome.rows.reduce((sum, { acknowledged }) => sum + acknowledged, 0)).toBeGreaterThan(50);
    expect(outcome.indexDifferences).toBe(0);
    expect(outcome.deaths).toEqual([]);
    // An outage reads as one: the client may repeat, and no error of the program is hidden among its answers.
    expect(outcome.errors, told).not.toHaveProperty('INTERNAL_SERVER_ERROR');
  });
});

describe('the checker', () => {
  it('notices a note for the index in a thousand that is dropped, and a mail', { timeout: 300_000 }, async () => {
    const { outcome, said } = await run({
      faults: ['none'],
      writes: 150,
      patienceSeconds: 15,
      sabotage: `
        CREATE FUNCTION drop_one() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN RETURN CASE WHEN nextval('dropped_' || TG_TABLE_NAME) % 1000 = 0 THEN NULL ELSE NEW END; END $$;
        CREATE SEQUENCE dropped_search_outbox START 980;
        CREATE TRIGGER drop_one BEFORE INSERT ON search_outbox FOR EACH ROW EXECUTE FUNCTION drop_one();
        CREATE SEQUENCE dropped__private_jobs START 998;
        CREATE TRIGGER drop_one BEFORE INSERT ON graphile_worker._private_jobs
          FOR EACH ROW WHEN (NEW.payload::text LIKE '%@faults.example%') EXECUTE FUNCTION drop_one()`,
    });
    const lost = said.filter((line) => line.startsWith('lost: '));
    expect(lost.filter((line) => line.includes('"kind":"edit"'))).toHaveLength(1);
    expect(lost.filter((line) => line.includes('"kind":"invitation"'))).toHaveLength(1);
    expect(outcome.rows).toMatchObject([{ fault: 'none', lost: 2, doubled: 0 }]);
  });
});
