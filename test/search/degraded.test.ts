import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { change, counts, enter, gateTo, gid, indexed, institution, search, titles } from './kit.js';

let t: TestApp;
let gate: Awaited<ReturnType<typeof gateTo>>;
let ids: string[];
let university: string;

beforeAll(async () => {
  gate = await gateTo(inject('meiliUrl'));
  t = await startTestApp({ searchCache: false }, { meiliUrl: gate.url });
  university = await institution(t, '兰州大学', 'Lanzhou University');
  ids = await enter(t, [
    {
      institutionId: university,
      title: { zh: '量子精密测量', en: 'Quantum metrology' },
      abstract: { zh: '原子干涉仪测量重力' },
      industries: ['4019'],
      regionCode: '620100',
      score: 4,
      registrationNo: '9622023Y0033',
    },
    {
      institutionId: university,
      title: { zh: '重力异常反演' },
      summary: { zh: '以量子重力仪数据反演' },
      industries: ['7340'],
      regionCode: '620200',
      score: 3,
    },
    {
      institutionId: university,
      title: { zh: 'AI 选矿' },
      keywords: { zh: ['选矿'], en: ['maintain'] },
      industries: ['0911'],
      regionCode: '620300',
      score: 2,
    },
  ]);
  await indexed(t);
});
afterAll(async () => {
  await t.close();
  await gate.close();
});

describe('without the search engine', () => {
  it('the database answers with the same facets, marked degraded, and the engine takes over again when it is back', async () => {
    const variables = { query: '量子', filter: { regions: ['620100'] } };
    const whole = await search(t, variables);
    expect(whole.degraded).toBe(false);
    await gate.close();
    const answers = [];
    const times: number[] = [];
    for (let i = 0; i < 20; i += 1) {
      const started = performance.now();
      answers.push(await search(t, variables));
      times.push(performance.now() - started);
    }
    // After one failure, searches no longer wait for the engine: a refusing or silent engine costs at most one
    // time-out.
    expect(times.sort((a, b) => a - b)[10]).toBeLessThan(1000);
    for (const answer of answers) {
      expect(answer.degraded).toBe(true);
      expect(titles(answer)).toEqual(['量子精密测量']);
      expect(counts(answer, 'REGION')).toEqual(counts(whole, 'REGION'));
      expect(counts(answer, 'INDUSTRY')).toEqual(counts(whole, 'INDUSTRY'));
    }
    // Everything else works, and a change made now is not lost.
    expect(await t.gql(`{ industries { code } }`)).toHaveProperty('industries');
    await change(t, [ids[2]!], `title = jsonb_build_object('zh', '改于停机之时')`);
    expect(titles(await search(t, { query: '停机之时' }))).toEqual(['改于停机之时']);
    await gate.open();
    await eventually(async () => {
      const found = await search(t, { query: '停机之时' });
      return !found.degraded && found.totalCount === 1;
    }, 20_000);
    await indexed(t);
    await change(t, [ids[2]!], `title = jsonb_build_object('zh', 'AI 选矿')`);
    await indexed(t);
    expect(t.logLines.filter((line) => String(line['msg']).includes('the search engine failed')).length).toBeLessThan(
      5,
    );
  });

  describe('the simpler rule', () => {
    beforeAll(() => gate.close());
    afterAll(() => gate.open());

    it('finds every term anywhere in the public text, Latin ones at the start of a word', async () => {
      expect(titles(await search(t, { query: '重力 量子' })).sort()).toEqual(['重力异常反演', '量子精密测量']);
      expect(titles(await search(t, { query: 'QUANT' }))).toContain('量子精密测量');
      expect(titles(await search(t, { query: 'ai' }))).toEqual(['AI 选矿']);
      expect((await search(t, { query: '"重力异常 反演"' })).totalCount).toBe(0);
      expect((await search(t, { query: '100% [a-z' })).totalCount).toBe(0);
    });

    it('puts entries with every term in the title first', async () => {
      expect(titles(await search(t, { query: '重力' }))).toEqual(['重力异常反演', '量子精密测量']);
    });

    it('finds numbers, pages, sorts and highlights', async () => {
      expect((await search(t, { query: '962-2023-Y0033' })).edges.map((edge) => edge.node.id)).toEqual([gid(ids[0]!)]);
      const first = await search(t, { sort: { field: 'SCORE', direction: 'ASC' }, first: 2 });
      expect([titles(first), first.pageInfo.hasNextPage, first.totalCount]).toEqual([
        ['AI 选矿', '重力异常反演'],
        true,
        3,
      ]);
      expect(
        titles(
          await search(t, { sort: { field: 'SCORE', direction: 'ASC' }, first: 2, after: first.pageInfo.endCursor! }),
        ),
      ).toEqual(['量子精密测量']);
      const [edge] = (await search(t, { query: '干涉仪' })).edges;
      expect(edge!.highlights).toEqual([
        {
          field: 'abstract',
          locale: 'ZH',
          fragments: [
            {
              parts: [
                { text: '原子', match: false },
                { text: '干涉仪', match: true },
                { text: '测量重力', match: false },
              ],
            },
          ],
        },
      ]);
    });

    it('suggests', async () => {
      const { achievementSuggestions } = await t.gql<{ achievementSuggestions: Array<{ kind: string; text: string }> }>(
        `{ achievementSuggestions(text: "重力", locale: ZH) { kind text } }`,
      );
      expect(achievementSuggestions).toEqual([{ kind: 'TITLE', text: '重力异常反演' }]);
    });
  });
});
