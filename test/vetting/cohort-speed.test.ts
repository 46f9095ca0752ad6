import { afterAll, beforeAll, expect, it } from 'vitest';
import { fromGlobalId } from '../../src/lib/ids.js';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededPerson } from '../seed.js';
import { assign, DAY, registered, review, reviewers, stepTo } from './cohort-kit.js';

/** Required size: 2,000 entries, 120 reviewers, three reviews per entry. */
const ENTRIES = 2_000;
const DIVISIONS = ['27', '35', '26', '34', '38', '39', '40', '01', '13', '25', '30', '36'];

let t: TestApp;
let s: Seed;
let operator: SeededPerson;

beforeAll(async () => {
  t = await startTestApp({ worker: false });
  s = seed(t);
  operator = await s.person({ operator: true });
  const university = await s.organisation(await s.person());
  for (let from = 0; from < ENTRIES; from += 500)
    await registered(t, university, 500, (i) => ({ industries: [DIVISIONS[(from + i) % DIVISIONS.length]!] }));
}, 120_000);
afterAll(() => t.close());

async function timed<T>(figures: Record<string, number>, name: string, work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  const result = await work();
  figures[name] = Math.round(performance.now() - begun);
  return result;
}

const PAGE = `query ($id: ID!) { cohort(id: $id) { status year number quota registeredCount admittedCount cutOff noticeEndsAt weights { dimension value } floors { dimension value } tieRule
  counts { entered pending counted excluded excludedFor { reason count } reviewed reviews proposed objections objectionsUpheld }
  progress { assigned submitted dropped reviewers entriesComplete appealsOpen objectionsOpen band }
  entries(first: 20) { totalCount nodes { id rank score standardError proposal title { value } industry { code } axes { dimension score low high percentile } } }
  objections(first: 20, open: true) { nodes { id } } } }`;

it('fits, decides, issues passports, records and ranks 2,000 entries within 5 s, and shows the operator’s page within 200 ms', async () => {
  const figures: Record<string, number> = {};
  const { id } = await timed(figures, 'open', () =>
    stepTo(t, operator, 'createCohort', { year: 2026, settings: { noticeDays: 1 } }),
  );
  const uuid = fromGlobalId(id)!.key;
  await timed(figures, 'freeze', () => stepTo(t, operator, 'freezeCohort', { id }));
  await assign(t, uuid, await reviewers(t, 120));
  await stepTo(t, operator, 'startReviewing', { id });
  // Quality, severity and noise by a fixed linear congruential generator.
  let state = 1;
  const next = () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
  const normal = () => next() + next() + next() + next() - 2;
  const quality = Array.from({ length: ENTRIES }, () => [normal(), normal(), normal()]);
  const severity = Array.from({ length: 120 }, () => normal());
  await review(
    t,
    uuid,
    (entry, reviewer, dimension) => 3 + quality[entry.index]![dimension]! + 0.8 * severity[reviewer]! + 0.8 * normal(),
  );
  const page = async () => {
    const times: number[] = [];
    for (let i = 0; i < 9; i += 1) {
      const begun = performance.now();
      await t.gql(PAGE, { id }, { token: operator.token });
      times.push(performance.now() - begun);
    }
    // The fastest of nine runs, to exclude other load on the machine.
    return Math.round(Math.min(...times));
  };
  figures['page_reviewing'] = await page();
  await timed(figures, 'notice', () => stepTo(t, operator, 'startPublicNotice', { id }));
  figures['page_notice'] = await page();
  t.travel(2 * DAY);
  operator = { ...operator, token: await s.logIn(operator) };
  const closed = await timed(figures, 'close', () => stepTo(t, operator, 'closeCohort', { id }));
  expect(closed).toMatchObject({ status: 'CLOSED', registeredCount: ENTRIES });
  expect(closed.admittedCount).toBeLessThanOrEqual(400);
  expect(closed.admittedCount).toBeGreaterThan(300);
  figures['page_closed'] = await page();
  process.stdout.write(
    `cohort of ${ENTRIES} x 3, ms: ${Object.entries(figures)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')}\n`,
  );
  expect(figures['close']).toBeLessThan(5_000);
  expect(figures['notice']).toBeLessThan(5_000);
  for (const name of ['page_reviewing', 'page_notice', 'page_closed']) expect(figures[name]).toBeLessThan(200);
}, 120_000);
