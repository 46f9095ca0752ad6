import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCohorts } from '../../src/sample/sample.data.js';
import { readBackers, readInvestors, readTalents } from '../../src/sample/sample.matching-data.js';
import { loadSample, loadSamplePeople, sampleLogins } from '../../src/sample/sample.js';
import { verifyDatabase } from '../../src/vetting/replay/replay.verify.js';
import { startTestApp, type TestApp } from '../harness.js';

let t: TestApp;
const lines: string[] = [];
/** Number of interruptions so far. */
let cuts = 0;

/** Plays the sample until a new log line matches; the throw then ends it, as a kill would. */
async function playUntil(stop: RegExp): Promise<void> {
  await loadSample(t.app, (line) => {
    lines.push(line);
    if (stop.test(line)) throw new Error('cut');
  }).catch((error: Error) => {
    if (error.message !== 'cut') throw error;
    cuts += 1;
  });
}

beforeAll(async () => {
  t = await startTestApp();
  await loadSamplePeople(t.app);
  for (const stop of [
    / 40\/60 investors/,
    / 50\/300/,
    /assigning/,
    /reviewing .* 660|reviewing .* [2-6]\d\d\//,
    /public notice/,
    / 40\/80 talents/,
  ])
    await playUntil(stop);
  await loadSample(t.app, (line) => void lines.push(line));
  await loadSample(t.app, () => expect.unreachable('what is complete is not played again'));
}, 240_000);
afterAll(() => t?.close());

describe('the sample pool', () => {
  it('goes on where it was cut short, and says how far it is', () => {
    expect(cuts).toBe(6);
    expect(lines.at(-1)).toBe('sample pool: complete');
    for (const step of ['frozen', 'assigning', 'reviewing', 'on public notice', 'closed: 20 admitted'])
      expect(lines.filter((line) => line.includes(step)).length).toBeGreaterThanOrEqual(3);
  });

  it('admits the fifth whose true quality is best, by the reviews of severe and lenient reviewers', async () => {
    const admitted = await t.sql<{ registration_no: string }>(
      `SELECT registration_no FROM achievement WHERE status = 'ADMITTED' ORDER BY 1`,
    );
    const best = (await readCohorts(3))
      .flat()
      .filter((result) => result.admitted)
      .map((result) => result.registrationNo)
      .sort();
    expect(best).toHaveLength(60);
    expect(admitted.map((row) => row.registration_no)).toEqual(best);
    expect(await t.sql(`SELECT status, count(*)::int AS n FROM achievement GROUP BY 1 ORDER BY 1`)).toEqual([
      { status: 'ADMITTED', n: 60 },
      { status: 'CULTIVATING', n: 240 },
    ]);
  });

  it('has closed three cohorts in the past, with passports that hold and everybody’s reviews', async () => {
    const cohorts = await t.sql<{
      status: string;
      registered_count: number;
      quota: number;
      admitted_count: number;
      past: boolean;
    }>(
      `SELECT status, registered_count, quota, admitted_count, closed_at < now() - interval '14 days' AS past
       FROM cohort
       ORDER BY created_at`,
    );
    expect(cohorts).toEqual(
      Array.from({ length: 3 }, () => ({
        status: 'CLOSED',
        registered_count: 100,
        quota: 20,
        admitted_count: 20,
        past: true,
      })),
    );
    expect(
      await t.sql(
        `SELECT count(*)::int AS n
         FROM score_passport
         WHERE voided_at IS NULL AND expires_at > now() + interval '30 days'`,
      ),
    ).toEqual([{ n: 60 }]);
    expect(await t.sql(`SELECT status, count(*)::int AS n FROM assignment GROUP BY 1`)).toEqual([
      { status: 'SUBMITTED', n: 1980 },
    ]);
    expect(await t.sql(`SELECT count(DISTINCT institution_id)::int AS n FROM achievement`)).toEqual([{ n: 20 }]);
    // No reviewer of a conflicting organisation judged; the sample contains such pairs.
    const [conflicts] = await t.sql<{ n: number }>(`SELECT count(*)::int AS n FROM conflict`);
    expect(conflicts!.n).toBeGreaterThan(100);
  });

  it('has the investors with their track records, the demands and the talents, each once', async () => {
    const investors = await readInvestors();
    const talents = await readTalents();
    expect(
      await t.sql(
        `SELECT count(*)::int AS n, count(DISTINCT organisation_id)::int AS organisations FROM investor_profile`,
      ),
    ).toEqual([{ n: investors.length, organisations: investors.length }]);
    expect(await t.sql(`SELECT count(*)::int AS n FROM track_record`)).toEqual([
      { n: investors.reduce((sum, { trackRecord }) => sum + trackRecord.length, 0) },
    ]);
    expect(
      await t.sql(
        `SELECT status, count(*)::int AS n, min(deadline) > current_date + 30 AS open FROM demand GROUP BY 1`,
      ),
    ).toEqual([{ status: 'OPEN', n: 25, open: true }]);
    expect(await t.sql(`SELECT verification, count(*)::int AS n FROM talent_profile GROUP BY 1 ORDER BY 1`)).toEqual(
      ['REJECTED', 'UNVERIFIED', 'VERIFIED'].map((verification) => ({
        verification,
        n: talents.filter((talent) => talent.verification === verification).length,
      })),
    );
    expect(await t.sql(`SELECT count(*)::int AS n, count(achievement_id)::int AS linked FROM talent_evidence`)).toEqual(
      [
        {
          n: talents.flatMap(({ evidence }) => evidence).length,
          linked: talents.flatMap(({ evidence }) => evidence.flatMap(({ achievement }) => achievement ?? [])).length,
        },
      ],
    );
  });

  it('knows the organisations behind the names of co-investors and backers', async () => {
    const investors = await readInvestors();
    const here = new Set(investors.map(({ name }) => name.zh));
    const names = investors.flatMap(({ trackRecord }) => trackRecord.flatMap(({ coInvestors }) => coInvestors));
    expect(
      await t.sql(
        `SELECT count(*)::int AS n, count(c->>'organisationId')::int AS known
         FROM track_record, jsonb_array_elements(co_investors) AS c`,
      ),
    ).toEqual([{ n: names.length, known: names.filter((name) => here.has(name)).length }]);
    const backers = (await readBackers()).flatMap(({ names }) => names);
    expect(
      await t.sql(`SELECT count(*)::int AS n, count(organisation_id)::int AS known FROM achievement_backer`),
    ).toEqual([{ n: backers.length, known: backers.filter((name) => here.has(name)).length }]);
  });

  it('gives an investor, an enterprise and a talent a log-in each that owns something', async () => {
    const [owned] = await t.sql<Record<string, number>>(`
      SELECT (
        SELECT count(*)::int
        FROM investor_profile p
        JOIN membership m USING (organisation_id)
        JOIN account a ON a.id = m.account_id
        WHERE a.email = 'investor@longshan.example'
      ) AS investor,
        (
          SELECT count(*)::int
          FROM demand d
          JOIN membership m USING (organisation_id)
          JOIN account a ON a.id = m.account_id
          WHERE a.email = 'enterprise@baicitan.example'
        ) AS demands,
        (
          SELECT count(*)::int
          FROM talent_profile t
          JOIN account a ON a.id = t.account_id
          WHERE a.email = 'talent@techpool.example'
        ) AS talent`);
    expect(owned).toEqual({ investor: 1, demands: 2, talent: 1 });
  });

  it('leaves a ledger that verifies, with a signed head for every closing', async () => {
    expect(await verifyDatabase(t.app)).toMatchObject({ cohorts: 3, heads: 3 });
  });

  it('leaves no reviewer active and no mail to anybody invented', async () => {
    expect(await t.sql(`SELECT status, count(*)::int AS n FROM reviewer GROUP BY 1`)).toEqual([
      { status: 'SUSPENDED', n: 24 },
    ]);
    expect(t.logLines.filter((line) => line['msg'] === 'a mail')).toEqual([]);
    const [login] = await t.sql<{ n: number }>(`SELECT count(*)::int AS n FROM account WHERE email = ANY($1)`, [
      sampleLogins.accounts.map((account) => account.email),
    ]);
    expect(login!.n).toBe(sampleLogins.accounts.length);
  });
});
