import { describe, expect, it } from 'vitest';
import { ndcgAt, quantileOf, reciprocalRank } from '../../src/search/evaluation/figures.js';
import { withTypo } from '../../src/search/evaluation/typos.js';
import { RankIndex } from '../../src/search/ranking/rank-index.js';
import type { RankedText, RankTerm } from '../../src/search/ranking/ranking.js';
import { eachPosting, find, mergeSegments, SegmentBuilder, type Segment } from '../../src/search/ranking/segment.js';

const term = (text: string, ...alternatives: string[]): RankTerm => ({ text, alternatives });

/** Numbers that repeat from run to run (mulberry32). */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return Math.floor((((x ^ (x >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const SYLLABLES = ['量', '子', '重', '力', '仪', '稀', '土', '𠮷', ' laser', ' gas', ' 3d', '，', ' AI'];
function randomTexts(seed: number, count: number): RankedText[] {
  const draw = generator(seed);
  const words = (most: number) =>
    Array.from({ length: 1 + draw(most) }, () => SYLLABLES[draw(SYLLABLES.length)]!).join('');
  return Array.from({ length: count }, (_, i) => {
    const title = words(8);
    return { id: `id-${String(i).padStart(6, '0')}`, title, body: `${title}\n${words(40)}` };
  });
}
const QUERIES: RankTerm[][] = [
  [term('量子重力仪')],
  [term('稀土'), term('laser')],
  [term('AI', '重力'), term('gas')],
  [term('𠮷')],
  [term('3d')],
];

/** Everything that an index returns for a query. */
const answers = (index: RankIndex, terms: readonly RankTerm[]) =>
  index
    .rank(terms)
    .best(100_000)
    .map(({ id, score, share }) => [id, score.toFixed(4), share.toFixed(4)]);

describe('the ranking', () => {
  it('is the same however the texts came in', () => {
    const texts = randomTexts(1, 700);
    const whole = new RankIndex();
    whole.apply(texts);
    const grown = new RankIndex();
    for (let i = 0; i < texts.length;) {
      const step = 1 + ((i * 7) % 40);
      grown.apply(texts.slice(i, i + step));
      i += step;
    }
    for (const terms of QUERIES) {
      expect(answers(whole, terms).length).toBeGreaterThan(20);
      expect(answers(grown, terms)).toEqual(answers(whole, terms));
    }
  });

  it('is, after many changes and removals, that of a fresh build', () => {
    // More than 5,000 dead entries, and more dead than alive: the next change sweeps them out.
    const old = randomTexts(2, 5600);
    const index = new RankIndex();
    for (let i = 0; i < old.length; i += 200) index.apply(old.slice(i, i + 200));
    const kept = old.slice(0, 300);
    const renewed = randomTexts(3, 300).slice(0, 150);
    const underWay = index.rank(QUERIES[0]!);
    const best = underWay.best(5).map((entry) => entry.id);
    index.apply(
      [],
      old.slice(300).map((text) => text.id),
    );
    expect(index.size).toBe(300);
    index.apply(renewed);
    const fresh = new RankIndex();
    fresh.apply([...renewed, ...kept.slice(150)]);
    expect(index.size).toBe(300);
    for (const terms of QUERIES) expect(answers(index, terms)).toEqual(answers(fresh, terms));
    expect(best).toHaveLength(5);
  });

  it('forgets what is removed, and knows a changed text by its new words', () => {
    const index = new RankIndex();
    index.apply([
      { id: 'a', title: '量子', body: '量子' },
      { id: 'b', title: '稀土', body: '稀土' },
    ]);
    index.apply([{ id: 'a', title: '稀土', body: '稀土' }], ['b', 'unknown']);
    expect(index.rank([term('量子')]).best(10)).toEqual([]);
    const ranking = index.rank([term('稀土')]);
    expect(ranking.best(10).map((entry) => entry.id)).toEqual(['a']);
    expect([ranking.scoreOf('a') > 0, ranking.scoreOf('b'), ranking.scoreOf('unknown')]).toEqual([true, 0, 0]);
  });

  it('takes the last of two texts with one id', () => {
    const index = new RankIndex();
    index.apply([
      { id: 'a', title: '量子', body: '量子' },
      { id: 'a', title: '稀土', body: '稀土' },
    ]);
    expect([index.size, index.rank([term('量子')]).best(9).length, index.rank([term('稀土')]).best(9).length]).toEqual([
      1, 0, 1,
    ]);
  });

  it('orders what is equal by id, and cuts there too', () => {
    const index = new RankIndex();
    index.apply(['d', 'b', 'c', 'a'].map((id) => ({ id, title: '量子', body: '量子' })));
    expect(
      index
        .rank([term('量子')])
        .best(3)
        .map((entry) => entry.id),
    ).toEqual(['a', 'b', 'c']);
    expect(index.rank([term('量子')]).best(0)).toEqual([]);
  });

  it('finds nothing in nothing, for nothing, and for what occurs nowhere', () => {
    const index = new RankIndex();
    expect(index.rank([term('量子')]).best(10)).toEqual([]);
    index.apply(randomTexts(4, 30));
    for (const terms of [[], [term('')], [term('，。!')], [term('qqqqzzzz')]])
      expect(index.rank(terms).best(10)).toEqual([]);
  });

  it('puts titles before bodies, rare words before common ones, the whole before a part', () => {
    const index = new RankIndex();
    index.apply([
      { id: 'title', title: '量子重力仪', body: '量子重力仪' },
      { id: 'body', title: '装置', body: '装置\n量子重力仪' },
      { id: 'part', title: '量子', body: '量子' },
      ...Array.from({ length: 20 }, (_, i) => ({ id: `common${i}`, title: '方法', body: '方法' })),
    ]);
    expect(
      index
        .rank([term('量子重力仪')])
        .best(9)
        .map((entry) => entry.id),
    ).toEqual(['title', 'body', 'part']);
    expect(
      index
        .rank([term('方法'), term('量子')])
        .best(1)
        .map((entry) => entry.id),
    ).toEqual(['part']);
  });

  it('counts shares by weight: of words as rare as each other, by their number; a synonym for its term', () => {
    const index = new RankIndex();
    index.apply([
      { id: 'two', title: 'velor mistan', body: 'velor mistan' },
      { id: 'three', title: 'velor mistan corvat', body: 'velor mistan corvat' },
      { id: 'synonym', title: 'zentil pulvex', body: 'zentil pulvex' },
      { id: 'last', title: 'corvat', body: 'corvat' },
    ]);
    const shares = (terms: RankTerm[]) =>
      Object.fromEntries(
        index
          .rank(terms)
          .best(9)
          .map(({ id, share }) => [id, Number(share.toFixed(3))]),
      );
    expect(shares([term('velor'), term('mistan'), term('corvat')])).toEqual({ two: 0.667, three: 1, last: 0.333 });
    expect(shares([term('velor', 'zentil'), term('mistan')])).toEqual({ two: 1, three: 1, synonym: 0.5 });
    expect(
      index
        .rank([term('velor'), term('mistan'), term('corvat')])
        .best(9, 0.6)
        .map((entry) => entry.id),
    ).toEqual(['three', 'two']);
  });

  it(
    'leaves out of a large pool what nearly all hold, and keeps the order by what is rare',
    { timeout: 60_000 },
    () => {
      const size = 60_000;
      const common = '一种新型高效材料制备方法装置';
      const index = new RankIndex();
      for (let from = 0; from < size; from += 5000) {
        index.apply(
          Array.from({ length: 5000 }, (_, k) => {
            const i = from + k;
            return {
              id: `id-${String(i).padStart(6, '0')}`,
              title: `${common}${i % 20_000 === 7 ? '钍' : ''}`,
              body: `${common}${'铼'.repeat(i % 20_000 === 7 ? 1 + Math.floor(i / 20_000) : 0)}${i === 9 ? '钍' : ''}`,
            };
          }),
        );
      }
      const ranking = index.rank([term(`${common}钍铼`)]);
      // The three rarest holders first, by how often; then the one that holds a part; then all others alike, by id.
      expect(ranking.best(5).map(({ id }) => id)).toEqual([
        'id-040007',
        'id-020007',
        'id-000007',
        'id-000009',
        'id-000000',
      ]);
      expect(ranking.scoreOf('id-059999')).toBeGreaterThan(0);
      expect(ranking.best(size + 1)).toHaveLength(size);
    },
  );

  it('tells apart characters beyond the basic plane', () => {
    const index = new RankIndex();
    index.apply([
      { id: 'a', title: '𠮷野', body: '𠮷野' },
      { id: 'b', title: '𡈽野', body: '𡈽野' },
    ]);
    expect(
      index
        .rank([term('𠮷野')])
        .best(1)
        .map((entry) => entry.id),
    ).toEqual(['a']);
    expect(
      index
        .rank([term('𡈽')])
        .best(9)
        .map((entry) => entry.id),
    ).toEqual(['b']);
  });
});

describe('a segment', () => {
  it('gives its postings back, far ordinals and many occurrences too, and merged the same', () => {
    const entries = [3, 200, 70_000].map((ordinal, i) => ({
      ordinal,
      codes: Uint32Array.from([...Array<number>(i + 1).fill(5), ...Array<number>(50).fill(9000 + i)]),
    }));
    const buildSegment = (some: typeof entries): Segment => {
      const builder = new SegmentBuilder(some[0]!.ordinal);
      for (const { ordinal, codes } of some) builder.add(ordinal, codes);
      return builder.finish();
    };
    const read = (segment: Segment, code: number) => {
      const postings: Array<[number, number]> = [];
      const at = find(segment, code);
      if (at >= 0) eachPosting(segment, at, (ordinal, occurrences) => void postings.push([ordinal, occurrences]));
      return postings;
    };
    const whole = buildSegment(entries);
    expect(read(whole, 5)).toEqual([
      [3, 1],
      [200, 2],
      [70_000, 3],
    ]);
    expect(read(whole, 9002)).toEqual([[70_000, 8]]);
    expect(read(whole, 6)).toEqual([]);
    const merged = mergeSegments([buildSegment(entries.slice(0, 1)), buildSegment(entries.slice(1))], (ordinal) =>
      ordinal === 200 ? -1 : ordinal,
    );
    expect([read(merged, 5), read(merged, 9001)]).toEqual([
      [
        [3, 1],
        [70_000, 3],
      ],
      [],
    ]);
  });
});

describe('the figures', () => {
  it('are those worked out by hand', () => {
    const right = new Set(['b', 'd']);
    expect(reciprocalRank(['a', 'b', 'c'], right)).toBe(0.5);
    expect(reciprocalRank(['a', 'c'], right)).toBe(0);
    // b at the second place: 1 / log2(3); ideal: 1 + 1 / log2(3).
    expect(ndcgAt(['a', 'b', 'c'], right, 10)).toBeCloseTo(0.63093 / 1.63093, 4);
    expect(ndcgAt(['b', 'd'], right, 10)).toBe(1);
    expect(ndcgAt(['a', 'b'], right, 1)).toBe(0);
    expect(ndcgAt(['a'], new Set(), 10)).toBe(0);
    expect(quantileOf([5, 1, 4, 2, 3], 0.5)).toBe(3);
    expect(
      quantileOf(
        Array.from({ length: 100 }, (_, i) => i + 1),
        0.95,
      ),
    ).toBe(95);
    expect(quantileOf([7], 0.95)).toBe(7);
    expect(quantileOf([], 0.5)).toBe(0);
  });
});

describe('typos', () => {
  const text = 'Rotating detonation engine for small satellites';
  it('repeat for one seed and differ between seeds', () => {
    expect(withTypo(text, 7)).toBe(withTypo(text, 7));
    expect(new Set(Array.from({ length: 50 }, (_, seed) => withTypo(text, seed))).size).toBeGreaterThan(20);
  });

  it('touch one word of four letters or more, never its first letter, by one change', () => {
    let changed = 0;
    for (let seed = 0; seed < 200; seed += 1) {
      const before = text.split(' ');
      const after = withTypo(text, seed).split(' ');
      expect(after).toHaveLength(before.length);
      const touched = before.map((word, i) => [word, after[i]!] as const).filter(([a, b]) => a !== b);
      expect(touched.length).toBeLessThan(2);
      for (const [a, b] of touched) {
        changed += 1;
        expect([a.length > 3, a[0] === b[0], Math.abs(a.length - b.length) < 2]).toEqual([true, true, true]);
      }
    }
    // A letter may be replaced by itself, or two equal ones swapped.
    expect(changed).toBeGreaterThan(180);
  });

  it('leave Chinese and short words alone', () => {
    expect(withTypo('量子 AI 3D', 3)).toBe('量子 AI 3D');
    expect(withTypo('', 3)).toBe('');
  });
});
