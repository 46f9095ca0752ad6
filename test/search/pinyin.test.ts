import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asPinyin, readingsOf } from '../../src/search/query/search.pinyin.js';
import { startTestApp, type TestApp } from '../harness.js';
import { counts, enter, indexed, institution, search, titles } from './kit.js';

let t: TestApp;

beforeAll(async () => {
  t = await startTestApp();
  const lanzhou = await institution(t, '兰州大学', 'Lanzhou University');
  const bank = await institution(t, '重庆银行研究院', 'Chongqing Bank Institute');
  await enter(t, [
    { institutionId: lanzhou, title: { zh: '高原旱作农业的量子重力仪' }, industries: ['0122'] },
    { institutionId: lanzhou, title: { zh: '低温3D打印' }, industries: ['3985'] },
    { institutionId: lanzhou, title: { zh: 'AI选矿', en: 'Ore sorting' } },
    { institutionId: bank, title: { zh: '山地风险模型' } },
    { institutionId: bank, title: { en: 'A shandi algorithm' } },
  ]);
  await indexed(t);
});
afterAll(() => t.close());

const FROM_LANZHOU = ['AI选矿', '低温3D打印', '高原旱作农业的量子重力仪'];

describe('pinyin', () => {
  it.each([
    'lzdx',
    'LZDX',
    'lanzhoudaxue',
    'lanzhou daxue',
    'Lán zhōu'.normalize('NFD').replace(/\p{M}/gu, ''),
    'ｌｚｄｘ',
    "lan'zhou",
    'lzd',
  ])('finds an institution by %s', async (query) => {
    const found = await search(t, { query });
    expect(titles(found).sort()).toEqual(FROM_LANZHOU);
    expect([found.totalCount, found.degraded]).toEqual([3, false]);
  });

  it.each([
    ['gyhznydlzzly', '高原旱作农业的量子重力仪'],
    ['gaoyuanhanzuo', '高原旱作农业的量子重力仪'],
    ['lzzly', '高原旱作农业的量子重力仪'],
    ['liangzi zhongliyi', '高原旱作农业的量子重力仪'],
    ['dw3ddy', '低温3D打印'],
    ['diwen3d', '低温3D打印'],
    ['xuankuang', 'AI选矿'],
  ])('finds a title, from any of its words on, by %s', async (query, title) => {
    expect(titles(await search(t, { query }))).toEqual([title]);
  });

  it('reads a character by its neighbours', async () => {
    // 重 is chóng here, 行 háng.
    expect(titles(await search(t, { query: 'cqyh' })).sort()).toEqual(['A shandi algorithm', '山地风险模型']);
    expect((await search(t, { query: 'zqyx' })).totalCount).toBe(0);
  });

  it('comes after words: letters that are a word somewhere are that word', async () => {
    expect(titles(await search(t, { query: 'shandi' }))).toEqual(['A shandi algorithm']);
    expect(titles(await search(t, { query: 'shandifengxian' }))).toEqual(['山地风险模型']);
  });

  it('is narrowed, counted and ordered like any search', async () => {
    const found = await search(t, { query: 'lzdx', filter: { industries: ['A'] } });
    expect([titles(found), found.totalCount]).toEqual([['高原旱作农业的量子重力仪'], 1]);
    expect(counts(found, 'INDUSTRY')).toMatchObject({ A: 1, C: 1 });
    const [first] = (await search(t, { query: 'lzdx', sort: { field: 'TITLE' }, first: 1 })).edges;
    expect(first!.node.title.value).toBe('AI选矿');
  });

  it('finds no nonsense', async () => {
    for (const query of ['qqqqzzzz', 'zdxl', 'xdzl', 'l'])
      expect([query, (await search(t, { query })).totalCount]).toEqual([query, 0]);
  });
});

describe('readings', () => {
  it('of a text start at each of its words', () => {
    expect(readingsOf('兰州大学')).toEqual(['qxpylanzhoudaxue', 'qxpylzdx', 'qxpydaxue', 'qxpydx']);
    expect(readingsOf('Quantum 2.0')).toEqual([]);
  });

  it('stand beside characters beyond the basic plane', () => {
    expect(readingsOf('𠮷野家')).toContain('qxpyyejia');
  });

  it('are asked for by letters alone, in any spacing', () => {
    expect(asPinyin('Lan zhou')).toBe('qxpylanzhou');
    expect(asPinyin('lüse')).toBe('qxpylvse');
    for (const none of ['l', '兰州', '123', 'a'.repeat(41), 'foo@bar']) expect(asPinyin(none)).toBeNull();
  });
});
