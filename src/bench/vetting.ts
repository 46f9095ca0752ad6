import type { AchievementRecord } from '../achievements/achievement.record.js';
import { insertAchievements } from '../achievements/achievement.store.js';
import type { App } from '../kernel/context.js';
import { hashPassword } from '../identity/accounts/passwords.js';
import { fromGlobalId, newId } from '../lib/ids.js';
import { calibrate } from '../vetting/calibration/calibrate.js';
import { baseSetting, simulate } from '../vetting/evaluation/simulation.js';
import { submitAll } from '../sample/sample.reviewing.js';
import { figure, type Figure } from './figures.js';
import { codeChoice, loadPeople, withRunningApp } from './pool.js';
import { generateResult, randomFrom, termOf, zipfRank, TERMS } from './generator.js';
import { peakRssMb, rssMb, startServer, type BenchServer } from './server.js';

/** Number of achievements in the measured cohort. */
const ENTRIES = 2_000;
const REVIEWERS = 300;
const DIVISIONS = 12;
const DOCUMENTS = 6;
const BATCH = 500;
const PAGES = 20;
const FITS = 5;
const OPERATOR = { email: 'operator@bench.example', password: 'bench operator 2026' } as const;
const reviewerEmail = (i: number) => `reviewer-${i}@bench.invalid`;

const LOG_IN = `mutation ($input: LogInInput!) { logIn(input: $input) { tokens { accessToken } } }`;
const COHORT = `__typename ... on CohortPayload { cohort { status registeredCount admittedCount } } ... on VettingRefusal { message }`;
const RUN = `query ($id: ID!) { cohort(id: $id) { assignmentRun { status made unmet { missing } } } }`;
const PAGE = `query ($id: ID!) { cohort(id: $id) { status year number quota registeredCount admittedCount cutOff noticeEndsAt weights { dimension value } floors { dimension value } tieRule
  counts { entered pending counted excluded excludedFor { reason count } reviewed reviews proposed objections objectionsUpheld }
  progress { assigned submitted dropped reviewers entriesComplete appealsOpen objectionsOpen band }
  reviewProgress { entries assigned submitted overdue declined withdrawn dimensions { dimension entriesAssigned entriesReviewed } }
  reliability { dimension entries alpha { value low high } icc { value low high } }
  entries(first: 20) { totalCount nodes { id rank score standardError proposal title { value } industry { code } axes { dimension score low high percentile } } }
  reviewerFigures(first: 20) { nodes { dimension severity agreement } }
  objections(first: 20, open: true) { nodes { id } } } }`;

/**
 * Measures one cohort of 2,000 entries, with three reviewers each and a second panel for a tenth, through the running
 * server and its services.
 */
export async function measureVetting(dataDir: string): Promise<Figure[]> {
  const { server } = await startServer(dataDir, { SAMPLE: 'false' });
  try {
    await withRunningApp(dataDir, loadYear);
    return [...(await measureYear(dataDir, server)), figure('vetting.fit_ms', timesOfFit(), 'ms')];
  } finally {
    await server.stop();
  }
}

/**
 * Loads registered achievements of twelve industry divisions, an operator, and reviewers whose documents use the words
 * of one division's achievements.
 */
async function loadYear(app: App): Promise<void> {
  const institutions = await loadPeople(app);
  const codes = await codeChoice(app);
  const divisions = [...new Set(codes.industries.map((code) => code.slice(0, 2)))].slice(0, DIVISIONS);
  const industriesOf = (division: string) => codes.industries.filter((code) => code.startsWith(division));
  const at = app.clock();
  const results = Array.from({ length: ENTRIES }, (_, i): { institution: number; record: AchievementRecord } => {
    const { record } = generateResult(i, codes);
    const industries = industriesOf(divisions[i % DIVISIONS]!);
    return {
      institution: i % institutions.length,
      record: { ...record, industries: [industries[i % industries.length]!] },
    };
  });
  for (let from = 0; from < ENTRIES; from += BATCH) {
    const rows = results.slice(from, from + BATCH).map(({ institution, record }) => ({
      id: newId(),
      institutionId: institutions[institution]!,
      status: 'REGISTERED' as const,
      revision: 1,
      record,
      editedBy: null,
      note: null,
      at,
    }));
    await app.dataSource.transaction((tx) => insertAchievements(tx, rows));
  }
  const hash = await hashPassword(OPERATOR.password);
  const people = [
    { email: OPERATOR.email as string, operator: true },
    ...Array.from({ length: REVIEWERS }, (_, i) => ({ email: reviewerEmail(i), operator: false })),
  ].map((person) => ({ id: newId(), ...person }));
  await app.dataSource.query(
    `INSERT INTO account (
       id, pseudonym, email, password_hash, display_name, is_operator, email_confirmed_at, created_at
     )
     SELECT p.id, gen_random_uuid(), p.email, $2, p.email, p.operator, $3, $3
     FROM jsonb_to_recordset($1::jsonb) AS p(id uuid, email text, operator boolean)`,
    [JSON.stringify(people), hash, at],
  );
  const reviewers = people.slice(1).map(({ id: account }, i) => ({
    id: newId(),
    account,
    industry: divisions[i % DIVISIONS]!,
    documents: documentsOf(
      i,
      results.filter((_, k) => k % DIVISIONS === i % DIVISIONS).map((result) => result.record),
    ),
  }));
  await app.dataSource.query(
    `WITH r AS (
       SELECT * FROM jsonb_to_recordset($1::jsonb) AS r(id uuid, account uuid, industry text, documents jsonb)
     ),
       made AS (
         INSERT INTO reviewer (id, account_id, dimensions, status, created_at)
         SELECT id, account, '{MARKET_POTENTIAL,ECONOMIC_VALUE,TECHNICAL_CONTENT}', 'ACTIVE', $2
         FROM r
         RETURNING id
       ),
       tied AS (
         INSERT INTO reviewer_industry (reviewer_id, industry_code)
         SELECT r.id, r.industry
         FROM r
         JOIN made USING (id)
         RETURNING reviewer_id
       ) INSERT INTO reviewer_document (id, reviewer_id, title, abstract, position)
     SELECT gen_random_uuid(), r.id, d->>'title', d->>'abstract', n
     FROM r
     JOIN made USING (id)
     CROSS JOIN jsonb_array_elements(r.documents) WITH ORDINALITY AS x(d, n)`,
    [JSON.stringify(reviewers), at],
  );
  await app.dataSource.query('ANALYZE');
}

/**
 * Generates a reviewer's documents from keywords and summaries of one division's achievements, mixed with random terms:
 * similar to some entries, unlike most.
 */
function documentsOf(
  reviewer: number,
  records: readonly AchievementRecord[],
): Array<{ title: string; abstract: string }> {
  const random = randomFrom(1_000_000 + reviewer);
  return Array.from({ length: DOCUMENTS }, () => {
    const record = records[Math.floor(random() * records.length)]!;
    const words = Array.from({ length: 12 }, () => termOf(zipfRank(random, TERMS))[0]).join('，');
    return { title: record.keywords.zh.join('与'), abstract: `${record.summary?.zh ?? ''}${words}` };
  });
}

async function measureYear(dataDir: string, server: BenchServer): Promise<Figure[]> {
  const { logIn } = await server.ask<{ logIn: { tokens: { accessToken: string } } }>(LOG_IN, { input: OPERATOR });
  const token = logIn.tokens.accessToken;
  const ask = <T>(query: string, variables: Record<string, unknown>) => server.ask<T>(query, variables, token);
  const { createCohort } = await ask<{ createCohort: { cohort: { id: string } } }>(
    `mutation ($input: CreateCohortInput!) { createCohort(input: $input) { cohort { id } } }`,
    { input: { year: 2026, settings: { noticeDays: 1, floors: [] } } },
  );
  const { id } = createCohort.cohort;
  const step = async (
    mutation: string,
    type = 'CohortActionInput',
    more: Record<string, unknown> = {},
  ): Promise<{ registeredCount: number; admittedCount: number }> => {
    const { outcome } = await ask<{
      outcome: { cohort?: { registeredCount: number; admittedCount: number }; message?: string };
    }>(`mutation ($input: ${type}!) { outcome: ${mutation}(input: $input) { ${COHORT} } }`, { input: { id, ...more } });
    if (!outcome.cohort) throw new Error(`${mutation}: ${outcome.message}`);
    return outcome.cohort;
  };
  const seconds = async (work: () => Promise<unknown>): Promise<number> => {
    const begun = performance.now();
    await work();
    return (performance.now() - begun) / 1000;
  };
  const pages: number[] = [];
  const page = async () => {
    await ask(PAGE, { id });
    for (let i = 0; i < PAGES; i += 1) pages.push(1000 * (await seconds(() => ask(PAGE, { id }))));
  };
  const freeze = await seconds(() => step('freezeCohort'));
  const assign = await seconds(() => assignAll(ask, id));
  await step('startReviewing');
  await withRunningApp(dataDir, (app) => reviewAll(app, fromGlobalId(id)!.key));
  await page();
  const before = rssMb(server.pid);
  const notice = await seconds(() => step('startPublicNotice', 'StartPublicNoticeInput'));
  await page();
  // The public notice lasts at least a day, so the measurement ends it by a direct change in the database.
  await withRunningApp(dataDir, (app) =>
    app.dataSource.query(`UPDATE cohort SET notice_ends_at = now() WHERE status = 'PUBLIC_NOTICE'`),
  );
  let admitted = 0;
  const close = await seconds(async () => ({ admittedCount: admitted } = await step('closeCohort')));
  await page();
  if (admitted !== ENTRIES / 5) throw new Error(`${admitted} of ${ENTRIES} were admitted`);
  return [
    { name: 'vetting.freeze_s', value: freeze, unit: 's' },
    { name: 'vetting.assign_s', value: assign, unit: 's' },
    { name: 'vetting.notice_s', value: notice, unit: 's' },
    { name: 'vetting.close_s', value: close, unit: 's' },
    figure('vetting.page_ms', pages, 'ms'),
    { name: 'vetting.rss_before_closing_mb', value: before, unit: 'MB' },
    { name: 'vetting.peak_rss_mb', value: peakRssMb(server.pid), unit: 'MB' },
  ];
}

type Ask = <T>(query: string, variables: Record<string, unknown>) => Promise<T>;

/** Queues the assignment of reviewers and waits for its run (text similarity, conflicts, optimisation, storing). */
async function assignAll(ask: Ask, cohortId: string): Promise<void> {
  const dueAt = new Date(Date.now() + 86_400_000).toISOString();
  await ask(`mutation ($input: AssignReviewersInput!) { assignReviewers(input: $input) { __typename } }`, {
    input: { cohortId, dueAt },
  });
  for (;;) {
    const { cohort } = await ask<{ cohort: { assignmentRun: { status: string; unmet: Array<{ missing: number }> } } }>(
      RUN,
      { id: cohortId },
    );
    const { status, unmet } = cohort.assignmentRun;
    if (status === 'FAILED' || (status === 'COMPLETED' && unmet.length > 0))
      throw new Error(`the assignment ended ${status} with ${unmet.length} entries short of reviewers`);
    if (status === 'COMPLETED') return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/**
 * Submits all assigned reviews of every reviewer. A score is the achievement's true quality plus the reviewer's
 * severity plus noise, in half points.
 */
async function reviewAll(app: App, cohortId: string): Promise<void> {
  const random = randomFrom(7);
  const normal = () => random() + random() + random() + random() + random() + random() - 3;
  const quality = new Map<string, number>();
  for (let i = 0; i < REVIEWERS; i += 1) {
    const severity = normal();
    await submitAll(app, cohortId, reviewerEmail(i), (achievement, dimensions) => {
      if (!quality.has(achievement)) quality.set(achievement, normal());
      const scores = dimensions.map((dimension) => ({
        dimension,
        score: Math.min(
          5,
          Math.max(0, Math.round(2 * (2.5 + quality.get(achievement)! + 0.8 * severity + 0.8 * normal())) / 2),
        ),
        rationale: 'bench',
      }));
      return { scores, confidence: 4, gapCodes: [] };
    });
  }
}

/**
 * Milliseconds that the calibration of one dimension takes, for 8,000 reviews: 2,000 entries, 120 reviewers, four
 * reviews per entry; one value per run.
 */
function timesOfFit(): number[] {
  const { reviews } = simulate({ ...baseSetting, reviews: 4 }, 1);
  return Array.from({ length: FITS }, () => {
    const begun = performance.now();
    calibrate(reviews);
    return performance.now() - begun;
  });
}
