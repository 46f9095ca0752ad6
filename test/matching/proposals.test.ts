import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createApp } from '../../src/app.js';
import { barredCounterparts } from '../../src/matching/lists/match.barred.js';
import { entry, type SeededEntry } from '../deals/kit.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { confirmMentions, demand, invest, investor, matches, talent, type MatchPage, type Seeded } from './kit.js';

/** 半导体器件专用设备制造 and, elsewhere in the tree, 谷物种植. */
const EQUIPMENT = '3562';
const GRAIN = '0111';

let t: TestApp;
let s: Seed;
let lister: SeededPerson;
let university: SeededOrganisation;
let chip: SeededEntry;
let seeds: SeededEntry;
const people: SeededPerson[] = [];
const funds: Array<{ owner: SeededPerson; organisation: SeededOrganisation; profile: Seeded }> = [];

async function fund(wish: Parameters<typeof investor>[2], verified = true) {
  const owner = await s.person();
  const organisation = await s.organisation(owner, { kind: 'INVESTOR', verified });
  const profile = await investor(t, organisation, wish);
  return { owner, organisation, profile };
}

beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  lister = await s.person();
  university = await s.organisation(lister);
  chip = await entry(t, university, {
    title: { zh: '晶圆清洗设备', en: 'Wafer cleaning equipment' },
    summary: { zh: '用于半导体器件制造的清洗设备', en: 'Cleaning for semiconductor devices' },
    industries: [EQUIPMENT],
    trl: 7,
    fundingNeed: { min: '5000000', max: '10000000', currency: 'CNY' },
    regionCode: '620100',
    cooperationModes: [{ mode: 'EQUITY', licenceKind: null }],
  });
  seeds = await entry(t, university, {
    title: { zh: '旱地小麦新品种', en: 'A dryland wheat' },
    industries: [GRAIN],
    trl: 6,
    regionCode: '620100',
  });
  funds.push(
    await fund({
      thesis: { zh: '投资半导体清洗设备', en: 'Semiconductor cleaning equipment' },
      wanted: [EQUIPMENT],
      stages: ['SERIES_A'],
      ticket: ['3000000', '20000000'],
      regions: ['620000'],
      modes: ['EQUITY'],
      track: [
        { industry: EQUIPMENT, region: '620100', stage: 'SERIES_A', amount: '8000000', date: '2025-11-02' },
        { industry: EQUIPMENT, stage: 'SERIES_A', amount: '6000000', date: '2025-03-02' },
        { industry: GRAIN, date: '2024-05-01' },
      ],
    }),
    await fund({
      thesis: { zh: '关注农业', en: 'Agriculture' },
      wanted: ['A'],
      track: [
        { industry: GRAIN, date: '2025-06-01' },
        { industry: GRAIN, date: '2025-08-01' },
      ],
    }),
    await fund({ wanted: ['C'], excluded: [EQUIPMENT] }),
    await fund({}),
  );
  people.push(await s.person(), await s.person());
});
afterAll(() => t?.close());

const ids = (page: MatchPage | null) => page?.nodes.map((node) => node.counterpart.id);

describe('what is proposed for a pool entry', () => {
  it('puts the investor of its industry first, with reasons that add up to the score', async () => {
    const page = (await matches(t, lister, chip, 'investorMatches'))!;
    expect(ids(page)![0]).toBe(funds[0]!.profile.id);
    expect(page.totalCount).toBe(3);
    for (const node of page.nodes) {
      expect(node.reasons.reduce((sum, reason) => sum + reason.contribution, 0)).toBe(node.score);
      expect(node.modelVersion).toBe(page.modelVersion);
    }
    const weights = page.nodes[0]!.reasons.map((reason) => Math.abs(reason.contribution));
    expect(weights).toEqual([...weights].sort((a, b) => b - a));
  });

  it('says what each reason rests on, in the language asked for', async () => {
    const of = async (locale: string) => {
      const { node } = await t.gql<{
        node: { investorMatches: { nodes: Array<{ reasons: Array<{ code: string; evidence: { value: string } }> }> } };
      }>(
        `query ($id: ID!) { node(id: $id) { ... on Achievement { investorMatches(first: 1) { nodes { reasons { code evidence(locale: ${locale}) { value } } } } } } }`,
        { id: chip.id },
        { token: lister.token },
      );
      return node.investorMatches.nodes[0]!.reasons.find((reason) => reason.code === 'INDUSTRY')!.evidence.value;
    };
    expect(await of('EN')).toMatch(/^2 of its 3 investments are in .+, the latest in 2025-11; it declares .+\.$/);
    expect(await of('ZH')).toMatch(
      /^其 3 笔投资中有 2 笔在半导体器件专用设备制造，最近一笔在 2025-11；声明关注半导体器件专用设备制造。$/,
    );
  });

  it('never proposes an excluded industry', async () => {
    expect(ids(await matches(t, lister, chip, 'investorMatches'))).not.toContain(funds[2]!.profile.id);
    expect(ids(await matches(t, lister, seeds, 'investorMatches'))).toContain(funds[2]!.profile.id);
  });

  it('shows them to its institution and operators alone', async () => {
    const operator = await s.person({ operator: true });
    expect(await matches(t, funds[0]!.owner, chip, 'investorMatches')).toBeNull();
    expect(await matches(t, null, chip, 'talentMatches')).toBeNull();
    expect(ids(await matches(t, operator, chip, 'investorMatches'))).toEqual(
      ids(await matches(t, lister, chip, 'investorMatches')),
    );
  });

  it('leaves out who is not verified, paused, of the same organisation, or of its family', async () => {
    const unverified = await fund({ wanted: [EQUIPMENT] }, false);
    const paused = await fund({ wanted: [EQUIPMENT], status: 'PAUSED' });
    const family = await fund({ wanted: [EQUIPMENT] });
    const own = await investor(t, university, { wanted: [EQUIPMENT] });
    await t.sql(`INSERT INTO organisation_family (parent_id, child_id) VALUES ($1, $2)`, [
      university.uuid,
      family.organisation.uuid,
    ]);
    const found = ids(await matches(t, lister, chip, 'investorMatches'))!;
    for (const one of [unverified.profile, paused.profile, family.profile, own]) expect(found).not.toContain(one.id);
    await t.sql(`UPDATE organisation SET verification = 'VERIFIED', verified_at = now() WHERE id = $1`, [
      unverified.organisation.uuid,
    ]);
    expect(ids(await matches(t, lister, chip, 'investorMatches'))).toContain(unverified.profile.id);
    await t.sql(`DELETE FROM investor_profile WHERE id = ANY($1)`, [
      [unverified.profile.uuid, paused.profile.uuid, family.profile.uuid, own.uuid],
    ]);
  });

  it('bars as many on a first page, which is ranked ahead of what is barred, as on any other', async () => {
    const { profile } = await fund({ wanted: [EQUIPMENT] });
    const family = await fund({ wanted: [EQUIPMENT], stages: ['SERIES_A'] });
    await t.sql(`INSERT INTO organisation_family (parent_id, child_id) VALUES ($1, $2)`, [
      university.uuid,
      family.organisation.uuid,
    ]);
    // A new generation of texts may become live in between and change the scores.
    const { held, first } = await eventually(async () => {
      const held = await t.app.matching.fresh();
      const { revision } = held;
      const first = await matches(t, lister, chip, 'investorMatches', 'first: 50');
      return (await t.app.matching.fresh()) === held && held.revision === revision && { held, first };
    });
    const barred = (await barredCounterparts(t.app.dataSource, 'INVESTOR', [chip.uuid], t.app.clock(), 'POOL')).get(
      chip.uuid,
    )!;
    const direct = held.investors.rank(held.opportunities.get(chip.uuid)!, {
      limit: 50,
      asOf: t.app.matching.day,
      exclude: barred,
    });
    expect(barred).toEqual(new Set([family.profile.uuid]));
    expect(first?.totalCount).toBe(direct.total);
    expect(first?.nodes.map(({ score }) => score)).toEqual(direct.items.map(({ score }) => score));
    expect(ids(first)).toContain(profile.id);
    await t.sql(`DELETE FROM investor_profile WHERE id = ANY($1)`, [[profile.uuid, family.profile.uuid]]);
  });

  it('pages without repeating or skipping while others come and go', async () => {
    const page = async (after: string | null) =>
      (await matches(t, lister, chip, 'investorMatches', `first: 1${after === null ? '' : `, after: "${after}"`}`))!;
    const all = ids(await matches(t, lister, chip, 'investorMatches'))!;
    const first = await page(null);
    const better = await fund({
      wanted: [EQUIPMENT],
      regions: ['620000'],
      stages: ['SERIES_A'],
      track: Array.from({ length: 5 }, (_, i) => ({
        industry: EQUIPMENT,
        region: '620100',
        stage: 'SERIES_A',
        date: `2026-0${i + 1}-01`,
        company: `x${i}`,
      })),
    });
    const pages = [first];
    while (pages.at(-1)!.pageInfo.hasNextPage) pages.push(await page(pages.at(-1)!.pageInfo.endCursor));
    const seen = pages.flatMap((one) => ids(one)!);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((id) => id !== better.profile.id)).toEqual(all);
    expect(pages.map((one) => one.nodes[0]!.rank)).toEqual(pages.map((_, i) => i + 1));
    const back = (await matches(
      t,
      lister,
      chip,
      'investorMatches',
      `last: 1, before: "${pages.at(-1)!.pageInfo.startCursor}"`,
    ))!;
    expect(ids(back)).toEqual(ids(pages.at(-2)!));
    await t.sql(`DELETE FROM investor_profile WHERE id = $1`, [better.profile.uuid]);
  });

  it('narrows by filters, and names what is no code', async () => {
    expect(ids(await matches(t, lister, chip, 'investorMatches', 'filter: { industries: ["A"] }'))).toEqual([
      funds[1]!.profile.id,
    ]);
    expect(ids(await matches(t, lister, chip, 'investorMatches', 'filter: { stages: [SEED] }'))).not.toContain(
      funds[0]!.profile.id,
    );
    const { errors } = await t.ask(
      `query ($id: ID!) { node(id: $id) { ... on Achievement { investorMatches(filter: { industries: ["Q9"] }) { totalCount } } } }`,
      { id: chip.id },
      { token: lister.token },
    );
    expect(errors![0]!.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      reason: 'UNKNOWN_CODE',
      field: 'filter.industries[0]',
    });
  });

  it('refuses a cursor of another list, and one of another model by name', async () => {
    const ask = (after: string) =>
      t.ask(
        `query ($id: ID!, $after: String) { node(id: $id) { ... on Achievement { investorMatches(after: $after) { totalCount } } } }`,
        { id: chip.id, after },
        { token: lister.token },
      );
    expect((await ask('bm9uc2Vuc2U')).errors![0]!.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      reason: 'BAD_CURSOR',
    });
    const old = Buffer.from(JSON.stringify([1, funds[0]!.profile.uuid, 1, 20000, 99, 0])).toString('base64url');
    expect((await ask(old)).errors![0]!.extensions).toMatchObject({ code: 'CONFLICT', reason: 'MODEL_CHANGED' });
  });
});

describe('what is proposed to an investor', () => {
  it('ranks the pool for it by the same score', async () => {
    const [own, theirs] = [
      (await matches(t, funds[0]!.owner, funds[0]!.profile, 'achievementMatches'))!,
      (await matches(t, lister, chip, 'investorMatches'))!,
    ];
    expect(own.nodes[0]!.achievement.id).toBe(chip.id);
    expect(own.nodes[0]!.score).toBe(theirs.nodes[0]!.score);
    expect(own.nodes[0]!.reasons).toEqual(theirs.nodes[0]!.reasons);
  });

  it('gives an empty profile sensible proposals and says what would sharpen them', async () => {
    const page = (await matches(t, funds[3]!.owner, funds[3]!.profile, 'achievementMatches'))!;
    expect(page.totalCount).toBe(2);
    expect(page.hints.map((hint) => hint.code)).toEqual(
      expect.arrayContaining(['INDUSTRIES', 'TRACK_RECORD', 'THESIS', 'TICKET']),
    );
    expect(page.hints.every((hint) => hint.text.value.length > 3)).toBe(true);
  });

  it('is empty, with the reason, for a profile that takes no part', async () => {
    const paused = await fund({ wanted: [EQUIPMENT], status: 'PAUSED' });
    const page = (await matches(t, paused.owner, paused.profile, 'achievementMatches'))!;
    expect(page).toMatchObject({ totalCount: 0, nodes: [] });
    expect(page.hints.map((hint) => hint.code)).toEqual(['NOT_PROPOSED']);
  });
});

describe('talents and needs', () => {
  it('proposes both ways, hides who is hidden, and leaves the entry’s own inventors out', async () => {
    const good = await talent(t, people[0]!, {
      headline: { zh: '半导体清洗工艺专家', en: 'Wafer cleaning expert' },
      industries: [EQUIPMENT],
      days: 10,
    });
    const hidden = await talent(t, people[1]!, { industries: [EQUIPMENT], visibility: 'HIDDEN' });
    expect(ids(await matches(t, lister, chip, 'talentMatches'))).toEqual([good.id]);
    expect((await matches(t, people[0]!, good, 'achievementMatches'))!.nodes[0]!.achievement.id).toBe(chip.id);
    await t.sql(`UPDATE talent_profile SET orcid = '0000-0002-1825-0097' WHERE id = $1`, [good.uuid]);
    await t.sql(
      `INSERT INTO inventor (id, achievement_id, position, name, orcid)
       VALUES (gen_random_uuid(), $1, 9, '{"zh":"某人"}', '0000-0002-1825-0097')`,
      [chip.uuid],
    );
    await confirmMentions(t);
    expect(ids(await matches(t, lister, chip, 'talentMatches'))).toEqual([]);
    expect(
      (await matches(t, people[0]!, good, 'achievementMatches'))!.nodes.map((node) => node.achievement.id),
    ).toEqual([seeds.id]);
    expect(hidden.id).not.toBe(good.id);
  });

  it('proposes an open need, and not one whose deadline has passed', async () => {
    const owner = await s.person();
    const enterprise = await s.organisation(owner, { kind: 'ENTERPRISE' });
    const open = await demand(t, enterprise, {
      title: { zh: '求购晶圆清洗设备', en: 'Wafer cleaning wanted' },
      industries: [EQUIPMENT],
      requiredTrl: 6,
    });
    await demand(t, enterprise, { industries: [EQUIPMENT], deadline: '2020-01-01' });
    expect(ids(await matches(t, lister, chip, 'demandMatches'))).toEqual([open.id]);
    expect((await matches(t, owner, open, 'achievementMatches'))!.nodes[0]!.achievement.id).toBe(chip.id);
  });
});

describe('freshness', () => {
  it('shows a new or changed profile to who asks next, and a change made by plain SQL too', async () => {
    const fresh = await fund({ wanted: [EQUIPMENT] });
    expect(ids(await matches(t, lister, chip, 'investorMatches'))).toContain(fresh.profile.id);
    const before = (await matches(t, lister, chip, 'investorMatches'))!.nodes.find(
      (node) => node.counterpart.id === fresh.profile.id,
    )!.score;
    await invest(t, fresh.profile.uuid, { industry: EQUIPMENT, date: '2026-05-01' });
    const after = (await matches(t, lister, chip, 'investorMatches'))!.nodes.find(
      (node) => node.counterpart.id === fresh.profile.id,
    )!.score;
    expect(after).toBeGreaterThan(before);
    await t.sql(`UPDATE investor_profile SET status = 'PAUSED' WHERE id = $1`, [fresh.profile.uuid]);
    expect(ids(await matches(t, lister, chip, 'investorMatches'))).not.toContain(fresh.profile.id);
  });

  it('takes over a change that committed after a later one', async () => {
    const slow = await fund({ wanted: [GRAIN] });
    const first = t.app.dataSource.createQueryRunner();
    await first.startTransaction();
    await first.query(`UPDATE investor_profile SET trl_min = 3, trl_max = 6 WHERE id = $1`, [slow.profile.uuid]);
    const later = await fund({ wanted: [EQUIPMENT] });
    expect(ids(await matches(t, lister, chip, 'investorMatches'))).toContain(later.profile.id);
    await first.commitTransaction();
    await first.release();
    const reasons = (await matches(t, lister, chip, 'investorMatches'))!.nodes.find(
      (node) => node.counterpart.id === slow.profile.id,
    )!.reasons;
    expect(reasons.map((reason) => reason.code)).toContain('TRL');
  });

  it('follows on every process, asked or not, within two seconds', async () => {
    const beside = await createApp(
      { ...t.app.config, worker: false },
      {
        databaseUrl: t.databaseUrl,
        meiliUrl: inject('meiliUrl'),
        meiliKey: inject('meiliKey'),
        secretKey: 'test-secret-key-of-32-characters!',
      },
      { log: t.app.log },
    );
    try {
      const stores = [t.app.matching, beside.app.matching];
      await Promise.all(stores.map((store) => store.fresh()));
      const one = await fund({ wanted: [EQUIPMENT] });
      // The scores that each process holds, without applying changes.
      const scores = () =>
        stores.map((store) => store.scoreOf(chip.uuid, { kind: 'INVESTOR', id: one.profile.uuid })?.score);
      // One process may apply a change slightly earlier than the other.
      await eventually(() => Promise.resolve(scores()[0] !== undefined && scores()[0] === scores()[1]), 2000);
      expect(scores()[0]).toBe(scores()[1]);
    } finally {
      await beside.close();
    }
  });

  it('goes on when the connection that it listens on is cut', async () => {
    await t.app.matching.fresh();
    const cut = await t.sql(
      `SELECT pg_terminate_backend(pid)
       FROM pg_stat_activity
       WHERE application_name = 'techpool-matching' AND datname = current_database()`,
    );
    expect(cut.length).toBeGreaterThan(0);
    for (let i = 0; i < 3; i += 1) {
      const one = await fund({ wanted: [EQUIPMENT] });
      await eventually(
        () => Promise.resolve(t.app.matching.scoreOf(chip.uuid, { kind: 'INVESTOR', id: one.profile.uuid }) !== null),
        2000,
      );
    }
    await eventually(
      async () =>
        (
          await t.sql(
            `SELECT 1
             FROM pg_stat_activity
             WHERE application_name = 'techpool-matching' AND datname = current_database()`,
          )
        ).length > 0,
    );
  });
});
