import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyDatabase } from '../../src/vetting/replay/replay.verify.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { panelOf, playCohort, type PlayedCohort } from '../ledger/kit.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { entryGid } from './cohort-kit.js';
import type { SeededReviewer } from './reviewing-kit.js';

let t: TestApp;
let s: Seed;
let operator: SeededPerson;
let lister: SeededPerson;
let stranger: SeededPerson;
let university: SeededOrganisation;
let panel: SeededReviewer[];
let first: PlayedCohort;

const TEXTS = [
  '高镍正极材料包覆工艺 提高循环寿命',
  'solid electrolyte for sodium batteries',
  'catalyst for hydrogen from seawater',
];
/** A record in one of three subjects and two divisions; only the first ones have IP rights, a comparison and so on. */
const record = (i: number) => ({
  summary: { zh: `${TEXTS[i % 3]} ${i}`, en: TEXTS[i % 3] },
  industries: [i % 2 ? '3562' : '2710'],
  trl: i === 5 ? 3 : 5,
  ipRights: i === 5 ? [] : [{ type: 'INVENTION_PATENT' as const, number: `ZL2026100${i}`, status: 'GRANTED' as const }],
  applications: [{ zh: '电池' }],
  regionCode: '620100',
});

interface Gap {
  gap: { code: string; dimension: string; name: { value: string } };
  source: string;
  reviewers: number | null;
}
interface CultivationFields {
  gaps: Gap[];
  rationales: Array<{ dimension: string; text: string }>;
  neighbours: Array<{ achievement: { id: string; status: string } | null; similarity: number; sameDivision: boolean }>;
  services: Array<{ service: { name: { value: string } }; helpsWith: Array<{ code: string }> }>;
}
const CULTIVATION = `cultivation { gaps { gap { code dimension name(locale: EN) { value } } source reviewers } rationales { dimension text }
  neighbours { achievement { id status } similarity sameDivision } services { service { name(locale: ZH) { value } } helpsWith { code } } }`;
const CHANGE = `change { previous { id } axes { dimension before now difference standardError } gapsClosed { code } gapsOpen { code } gapsNew { code } }`;

async function entry<T>(id: string, fields: string, person: SeededPerson): Promise<T> {
  const { node } = await t.gql<{ node: T }>(
    `query ($id: ID!) { node(id: $id) { ... on CohortEntry { ${fields} } } }`,
    { id: entryGid(id) },
    { token: await s.logIn(person) },
  );
  return node;
}
const cultivationOf = async (id: string, person = lister) =>
  (await entry<{ cultivation: CultivationFields | null }>(id, CULTIVATION, person)).cultivation;

const setService = async (input: Record<string, unknown>, person = operator) =>
  t.ask<{ setSupportService: { supportService: { id: string; active: boolean } } }>(
    `mutation ($input: SetSupportServiceInput!) { setSupportService(input: $input) { supportService { id active } } }`,
    { input },
    { token: await s.logIn(person) },
  );

beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  operator = await s.person({ operator: true });
  lister = await s.person();
  stranger = await s.person();
  university = await s.organisation(lister);
  panel = await panelOf(t);
  first = await playCohort(t, s, operator, university, panel, {
    count: 10,
    record,
    say: (i, judge) => ({
      gapCodes:
        i === 5
          ? judge === 1
            ? ['NO_PILOT_DATA', 'NO_COST_DATA']
            : ['NO_PILOT_DATA']
          : i === 7
            ? ['NO_MARKET_SIZE_EVIDENCE']
            : [],
      rationale: `Words ${i} of ${['one', 'two', 'three', 'four'][judge]}.`,
      // Two reviewers of entry 5 share their rationale with the lister, only one of entry 7.
      forLister: i === 5 ? judge !== 1 : i === 7 && judge === 3,
    }),
  });
}, 120_000);
afterAll(() => t.close());

describe('gap codes', () => {
  it('are a shipped list for anyone, in both languages, of every dimension', async () => {
    const { gapCodes } = await t.gql<{
      gapCodes: Array<{ code: string; dimension: string; name: { zh: string; en: string } }>;
    }>(`{ gapCodes { code dimension name { zh en } } }`);
    expect(gapCodes.length).toBeGreaterThanOrEqual(15);
    expect(new Set(gapCodes.map((gap) => gap.dimension)).size).toBe(3);
    expect(gapCodes.every((gap) => gap.name.zh && gap.name.en)).toBe(true);
    expect(
      (await t.sql<{ code: string }>(`SELECT code FROM gap_code ORDER BY position`)).map((row) => row.code),
    ).toEqual(gapCodes.map((gap) => gap.code));
  });
});

describe('an entry that was not admitted', () => {
  it('is told what is missing: what reviewers named, with how many, and what follows from the record', async () => {
    const { gaps } = (await cultivationOf(first.entries[5]!))!;
    const short = gaps.map(({ gap, source, reviewers }) => [gap.code, source, reviewers]);
    expect(short).toEqual([
      ['NO_COOPERATION_MODE', 'COMPUTED', null],
      ['NO_COST_DATA', 'REVIEW', 1],
      ['NO_COMPARISON_WITH_INCUMBENT', 'COMPUTED', null],
      ['NO_FUNDING_PLAN', 'COMPUTED', null],
      ['NO_LABORATORY_VALIDATION', 'COMPUTED', null],
      ['NO_RELEVANT_PROTOTYPE', 'COMPUTED', null],
      ['NO_PILOT_DATA', 'REVIEW', 3],
      ['IP_NOT_FILED', 'COMPUTED', null],
      ['NO_EVIDENCE_FILES', 'COMPUTED', null],
    ]);
    expect(gaps[1]!.gap).toMatchObject({ dimension: 'ECONOMIC_VALUE', name: { value: 'no cost data' } });
  });

  it('reads what reviewers gave to the lister, without names, and never a single text', async () => {
    const { rationales } = (await cultivationOf(first.entries[5]!))!;
    expect(rationales).toHaveLength(6);
    expect(new Set(rationales.map((one) => one.text))).toEqual(new Set(['Words 5 of three.', 'Words 5 of four.']));
    expect((await cultivationOf(first.entries[5]!))!.rationales).toEqual(rationales);
    expect((await cultivationOf(first.entries[7]!))!.rationales).toEqual([]);
    expect((await cultivationOf(first.entries[8]!))!.rationales).toEqual([]);
  });

  it('sees the nearest of the pool, its own division first', async () => {
    const found = await eventually(async () => {
      const { neighbours } = (await cultivationOf(first.entries[9]!))!;
      return neighbours.length > 0 && neighbours;
    });
    const [one] = found;
    expect(one!.achievement!.status).toBe('ADMITTED');
    expect(
      found.every((neighbour) =>
        [first.achievements[0], first.achievements[1]].includes(
          Buffer.from(neighbour.achievement!.id, 'base64url').toString().split(':')[1],
        ),
      ),
    ).toBe(true);
    expect(found.map((neighbour) => neighbour.sameDivision)).toEqual(
      [...found.map((neighbour) => neighbour.sameDivision)].sort((a, b) => Number(b) - Number(a)),
    );
  });

  it('is shown to its institution and operators alone', async () => {
    expect(await cultivationOf(first.entries[5]!, stranger)).toBeNull();
    expect(await cultivationOf(first.entries[5]!, panel[3])).toBeNull();
    expect(await cultivationOf(first.entries[5]!, operator)).not.toBeNull();
    expect(await cultivationOf(first.entries[0]!)).toBeNull();
  });
});

describe('the catalogue of support services', () => {
  it('is kept by operators, read by anyone, and checked', async () => {
    const service = {
      kind: 'PILOT_FACILITY',
      name: { zh: '兰州中试基地' },
      gapCodes: ['NO_PILOT_DATA', 'SCALE_UP_COST_UNKNOWN'],
      regionCode: '620100',
      url: 'https://pilot.example.org',
    };
    expect((await setService(service, lister)).errors![0]!.extensions.code).toBe('FORBIDDEN');
    expect((await setService({ ...service, gapCodes: ['NO_SUCH'] })).errors![0]!.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'input.gapCodes',
    });
    expect((await setService({ ...service, url: 'javascript:alert(1)' })).errors![0]!.extensions).toMatchObject({
      field: 'input.url',
    });
    const made = (await setService(service)).data.setSupportService.supportService;
    const elsewhere = (
      await setService({
        kind: 'SERVICE_AGENCY',
        name: { zh: '远方机构' },
        gapCodes: ['NO_PILOT_DATA'],
        regionCode: '110000',
      })
    ).data.setSupportService.supportService;
    await setService({
      kind: 'IP_AGENCY',
      name: { zh: '两样都行', en: 'Both' },
      gapCodes: ['IP_NOT_FILED', 'NO_PILOT_DATA'],
    });
    const asleep = (
      await setService({ kind: 'FUNDING', name: { en: 'Asleep' }, gapCodes: ['NO_PILOT_DATA'], active: false })
    ).data.setSupportService.supportService;
    const LIST = `query ($filter: SupportServiceFilter) { supportServices(filter: $filter) { totalCount nodes { id kind gapCodes url regionCode } } }`;
    const { supportServices } = await t.gql<{ supportServices: { totalCount: number; nodes: Array<{ id: string }> } }>(
      LIST,
      { filter: { gapCodes: ['NO_PILOT_DATA'] } },
    );
    expect(supportServices.totalCount).toBe(3);
    expect(supportServices.nodes.map((node) => node.id)).not.toContain(asleep.id);
    expect((await t.ask(LIST, { filter: { inactiveToo: true } })).errors![0]!.extensions.code).toBe('UNAUTHENTICATED');
    expect(
      (await t.gql<{ node: unknown }>(`query ($id: ID!) { node(id: $id) { id } }`, { id: asleep.id })).node,
    ).toBeNull();

    const { services } = (await cultivationOf(first.entries[5]!))!;
    expect(services.map(({ service: one, helpsWith }) => [one.name.value, helpsWith.map((gap) => gap.code)])).toEqual([
      ['两样都行', ['IP_NOT_FILED', 'NO_PILOT_DATA']],
      ['兰州中试基地', ['NO_PILOT_DATA']],
      ['远方机构', ['NO_PILOT_DATA']],
    ]);
    const REMOVE = `mutation ($input: RemoveSupportServiceInput!) { removeSupportService(input: $input) { removedId } }`;
    expect(
      (await t.ask(REMOVE, { input: { id: elsewhere.id } }, { token: await s.logIn(lister) })).errors![0]!.extensions
        .code,
    ).toBe('FORBIDDEN');
    await t.gql(REMOVE, { input: { id: elsewhere.id } }, { token: await s.logIn(operator) });
    await setService({ ...service, id: made.id, active: false });
    expect((await cultivationOf(first.entries[5]!))!.services.map(({ service: one }) => one.name.value)).toEqual([
      '两样都行',
    ]);
  });
});

describe('handed in again', () => {
  let second: PlayedCohort;
  const figures = async (person: SeededPerson) =>
    t.ask<{
      graduationFigures: {
        overall: object;
        institutions: Array<{ institution: { id: string }; graduation: object }>;
        gaps: Array<{ gap: { code: string }; graduation: object }>;
      };
    }>(
      `{ graduationFigures { overall { cultivated graduated rate } institutions { institution { id } graduation { cultivated graduated } } gaps { gap { code } graduation { cultivated graduated rate } } } }`,
      {},
      { token: await s.logIn(person) },
    );
  const publicRate = async (id: string) =>
    (
      await t.gql<{
        organisation: { graduation: { cultivated: number; graduated: number; rate: number } | null } | null;
      }>(
        `query ($id: ID!) { organisation: node(id: $id) { ... on Organisation { graduation { cultivated graduated rate } } } }`,
        { id },
      )
    ).organisation!.graduation;

  beforeAll(async () => {
    // The sixth entry is better now, the eighth worse; eight further ones are in the cohort.
    second = await playCohort(t, s, operator, university, panel, {
      count: 10,
      record: (i) => record(i + 20),
      again: [first.achievements[5]!, first.achievements[7]!],
      lister,
      say: (i) => ({ gapCodes: i === 1 ? ['NO_REVENUE_MODEL'] : [] }),
      score: (i, judge, d) =>
        (i === 0 ? 5 : i === 1 ? 1 : 3 - i * 0.2) - [0, 0.4, 0.9, 1.3][judge]! * 0.5 + ((i + judge + d) % 3) * 0.25,
    });
  }, 120_000);

  it('shows what changed: scores then and now, gaps closed, open and new', async () => {
    interface Change {
      change: {
        previous: { id: string };
        axes: Array<Record<string, number | string>>;
        gapsClosed: Array<{ code: string }>;
        gapsOpen: Array<{ code: string }>;
        gapsNew: Array<{ code: string }>;
      } | null;
    }
    const { change } = await entry<Change>(second.entries[0]!, CHANGE, lister);
    expect(change!.previous.id).toBe(entryGid(first.entries[5]!));
    expect(change!.gapsClosed.map((gap) => gap.code)).toEqual(['NO_COST_DATA', 'NO_PILOT_DATA']);
    expect(change!.gapsOpen.map((gap) => gap.code)).toContain('IP_NOT_FILED');
    expect(change!.gapsNew).toEqual([]);
    for (const axis of change!.axes) {
      expect(axis['difference']).toBeCloseTo((axis['now'] as number) - (axis['before'] as number), 12);
      expect(axis['difference']).toBeGreaterThan(0.5);
      expect(axis['standardError']).toBeGreaterThan(0);
    }
    const worse = (await entry<Change>(second.entries[1]!, CHANGE, operator)).change!;
    expect(worse.gapsNew.map((gap) => gap.code)).toEqual(['NO_REVENUE_MODEL']);
    expect((await entry<Change>(second.entries[0]!, CHANGE, stranger)).change).toBeNull();
    expect((await entry<Change>(second.entries[4]!, CHANGE, lister)).change).toBeNull();
  });

  it('counts as graduated once admitted, per institution and gap', async () => {
    const [row] = await t.sql<{ decision: string }>(`SELECT decision FROM cohort_entry WHERE id = $1`, [
      second.entries[0],
    ]);
    expect(row!.decision).toBe('ADMITTED');
    // Eight of the first cohort, and seven or more new ones of the second.
    const [counted] = await t.sql<{ n: number }>(
      `SELECT count(DISTINCT achievement_id)::int AS n FROM cohort_entry WHERE decision = 'NOT_ADMITTED'`,
    );
    const { graduationFigures } = (await figures(operator)).data;
    expect(graduationFigures.overall).toEqual({ cultivated: counted!.n, graduated: 1, rate: 1 / counted!.n });
    expect(graduationFigures.institutions).toEqual([
      { institution: { id: university.id }, graduation: { cultivated: counted!.n, graduated: 1 } },
    ]);
    const of = (code: string) => graduationFigures.gaps.find(({ gap }) => gap.code === code)?.graduation;
    expect(of('NO_PILOT_DATA')).toEqual({ cultivated: 1, graduated: 1, rate: 1 });
    expect(of('NO_MARKET_SIZE_EVIDENCE')).toEqual({ cultivated: 1, graduated: 0, rate: 0 });
    expect((await figures(lister)).errors![0]!.extensions.code).toBe('FORBIDDEN');
    expect(await publicRate(university.id)).toEqual({ cultivated: counted!.n, graduated: 1, rate: 1 / counted!.n });
  });

  it('is public from five results in cultivation on', async () => {
    const other = await s.organisation(stranger);
    expect(await publicRate(other.id)).toBeNull();
  });

  it('leaves a ledger that verifies with both cohorts', async () => {
    expect(await verifyDatabase(t.app)).toMatchObject({ cohorts: 2, heads: 2 });
  });
});
