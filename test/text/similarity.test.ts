import { describe, expect, it } from 'vitest';
import { createTextModel, readTerms, type SimilarityText } from '../../src/text/similarity.js';
import { affinity, AffinityIndex } from '../../src/text/similarity.affinity.js';
import { bootstrapInterval, evaluateExperts, expertLoss, pooledLoss } from '../../src/text/similarity.evaluation.js';
import { proxyExperts } from '../../src/text/similarity.proxy.js';
import { explain } from '../../src/text/similarity.reasons.js';
import { similarity } from '../../src/text/similarity.vectors.js';

const graphs: SimilarityText[] = [
  {
    title: 'Graph neural networks for molecules',
    abstract: 'Message passing over the atoms and bonds of a molecule predicts its solubility and toxicity.',
  },
  {
    title: 'Scalable message passing on large graphs',
    abstract: 'Sampling neighbourhoods lets graph neural networks learn from millions of nodes.',
  },
  {
    title: 'Predicting toxicity of compounds',
    abstract: 'Learned molecular fingerprints rank compounds by toxicity before any test in the laboratory.',
  },
];
const bridges: SimilarityText[] = [
  {
    title: 'Fatigue of welded steel bridges',
    abstract: 'Cracks grow at welds under traffic loads; strain gauges on a highway bridge show where.',
  },
  {
    title: 'Monitoring cable-stayed bridges',
    abstract: 'Vibration of stay cables tells their tension, and damage to the deck, from a few accelerometers.',
  },
  {
    title: 'Corrosion of reinforced concrete',
    abstract: 'Chlorides reach the steel reinforcement through cracks in the concrete of bridge decks.',
  },
];
const batteries: SimilarityText[] = [
  {
    title: '锂离子电池正极材料的制备',
    abstract: '采用溶胶凝胶法制备磷酸铁锂正极材料，研究烧结温度对电池容量和循环性能的影响。',
  },
  { title: '固态电解质的离子电导率', abstract: '研究了固态锂电池电解质的离子电导率与界面阻抗，提高了电池的循环寿命。' },
];
const wheat: SimilarityText[] = [
  { title: '小麦抗旱品种的选育', abstract: '通过杂交选育抗旱小麦新品种，分析其产量、株高和籽粒蛋白质含量。' },
  { title: '施氮量对冬小麦产量的影响', abstract: '田间试验研究不同施氮量对冬小麦产量和氮肥利用率的影响。' },
];
const background = [...graphs, ...bridges, ...batteries, ...wheat];
const model = createTextModel(background);
const person = (documents: readonly SimilarityText[], of = model) =>
  documents.map((document) => ({ vector: of.vectorOf(document) }));

describe('similarity of texts', () => {
  it('ranks English papers on the subject above others, over inflections', () => {
    const item = model.vectorOf({
      title: 'Learning molecular graphs',
      abstract: 'A neural network passes messages between atoms to predict how toxic a molecule is.',
    });
    expect(affinity(person(graphs), item)).toBeGreaterThan(2 * affinity(person(bridges), item));
  });

  it('ranks Chinese papers on the subject above others', () => {
    const item = model.vectorOf({ title: '磷酸铁锂电池的低温性能', abstract: '研究电解质对锂电池低温容量的影响。' });
    expect(affinity(person(batteries), item)).toBeGreaterThan(2 * affinity(person(wheat), item));
  });

  it('finds both languages in one text, and joins them where the background does', () => {
    const mixed = model.vectorOf({
      title: '用图神经网络预测分子毒性 graph neural networks',
      abstract: '锂电池 electrolyte',
    });
    expect(affinity(person(graphs), mixed)).toBeGreaterThan(0);
    expect(affinity(person(batteries), mixed)).toBeGreaterThan(0);
    const chinese = { title: '桥梁疲劳裂缝', abstract: '' };
    expect(affinity(person(bridges), model.vectorOf(chinese))).toBe(0);
    const bilingual = createTextModel([
      ...background,
      {
        title: '桥梁疲劳裂缝\nFatigue cracks of bridges',
        abstract: '焊接钢桥 welded steel bridges under traffic loads',
      },
    ]);
    const item = bilingual.vectorOf(chinese);
    expect(affinity(person(bridges, bilingual), item)).toBeGreaterThan(0);
    expect(affinity(person(bridges, bilingual), item)).toBeGreaterThan(affinity(person(graphs, bilingual), item));
  });

  it('is 1 of a text with itself, symmetric, within 0 and 1', () => {
    const vectors = background.map((text) => model.vectorOf(text));
    for (const a of vectors) {
      expect(similarity(a, a)).toBeCloseTo(1, 5);
      for (const b of vectors) {
        expect(similarity(a, b)).toBe(similarity(b, a));
        expect(similarity(a, b)).toBeGreaterThanOrEqual(0);
        expect(similarity(a, b)).toBeLessThanOrEqual(1);
      }
    }
  });

  it('brings texts together that share no word, through texts that resemble both', () => {
    const lone = createTextModel([]);
    const a: SimilarityText = { title: 'Message passing' };
    const b: SimilarityText = { title: 'Molecular fingerprints' };
    expect(similarity(lone.vectorOf(a), lone.vectorOf(b))).toBe(0);
    expect(similarity(model.vectorOf(a), model.vectorOf(b))).toBeGreaterThan(0.01);
    expect(similarity(model.literalVectorOf(readTerms(a)), model.literalVectorOf(readTerms(b)))).toBe(0);
  });

  it('knows nothing of empty texts, of persons without documents, and of a background without texts', () => {
    for (const nothing of [{}, { title: '', abstract: null }, { title: '… 12, 3.4 ——', abstract: 'of the and' }]) {
      const vector = model.vectorOf(nothing);
      expect(vector.terms).toHaveLength(0);
      expect(similarity(vector, model.vectorOf(graphs[0]!))).toBe(0);
      expect(affinity(person(graphs), vector)).toBe(0);
      expect(affinity([{ vector }, ...person(graphs)], model.vectorOf(graphs[1]!))).toBe(
        affinity(person(graphs), model.vectorOf(graphs[1]!)),
      );
      expect(affinity([{ vector }], model.vectorOf(graphs[1]!))).toBe(0);
    }
    expect(affinity([], model.vectorOf(graphs[0]!))).toBe(0);
    const bare = createTextModel([{}]);
    expect(bare.size).toBe(0);
    expect(similarity(bare.vectorOf(graphs[0]!), bare.vectorOf(graphs[0]!))).toBeCloseTo(1, 5);
  });

  it('counts an old document less when told so', () => {
    const item = model.vectorOf(graphs[0]!);
    const vector = model.vectorOf(graphs[1]!);
    expect(affinity([{ vector, weight: 0.5 }], item)).toBeCloseTo(affinity([{ vector }], item) / 2, 10);
  });
});

describe('affinity index', () => {
  it('gives the same figures, bit for bit, built at once, document by document, or without lists', () => {
    const experts = new Map([
      ['graphs', person(graphs)],
      ['mixed', person([...bridges.slice(0, 2), ...batteries])],
      ['none', []],
      ['wheat', person(wheat)],
    ]);
    const whole = new AffinityIndex();
    for (const [id, documents] of experts) whole.add(id, documents);
    const bits = new AffinityIndex();
    for (const id of experts.keys()) bits.add(id, []);
    for (let i = 0; i < 4; i += 1)
      for (const [id, documents] of [...experts].reverse()) bits.add(id, documents.slice(i, i + 1));
    for (const text of background) {
      const item = model.vectorOf(text);
      const affinities = whole.affinities(item);
      expect([...bits.affinities(item)]).toEqual([...affinities]);
      for (const [id, documents] of experts) expect(affinities.get(id)).toBe(affinity(documents, item));
    }
  });

  it('does not depend on what was asked before: a new model of the same background gives the same vectors', () => {
    const again = createTextModel(background);
    again.vectorOf({ title: 'Something else altogether', abstract: '完全不同的内容' });
    for (const text of background) expect(again.vectorOf(text)).toEqual(model.vectorOf(text));
  });
});

describe('reasons', () => {
  it('names shared terms as the item writes them, with shares that sum to at most 1', () => {
    const reasons = explain(model, graphs[0]!, {
      title: 'Toxicities of a molecule',
      abstract: 'A graph neural network',
    });
    expect(reasons.map(({ term }) => term)).toContain('graph neural');
    expect(reasons.map(({ term }) => term)).toContain('toxicities');
    expect(reasons.reduce((sum, { share }) => sum + share, 0)).toBeLessThanOrEqual(1 + 1e-9);
    for (let i = 1; i < reasons.length; i += 1) expect(reasons[i]!.share).toBeLessThanOrEqual(reasons[i - 1]!.share);
  });

  it('joins Chinese pairs to phrases, and finds none between strangers', () => {
    expect(explain(model, batteries[0]!, { title: '新型锂离子电池' }).map(({ term }) => term)).toEqual(['锂离子电池']);
    expect(explain(model, batteries[0]!, wheat[0]!, 3).every(({ term }) => term.length >= 2)).toBe(true);
    expect(explain(model, graphs[0]!, wheat[0]!)).toEqual([]);
  });
});

describe('loss of predicted expertise', () => {
  it('weighs wrongly ordered pairs by their difference, ties by half', () => {
    // Pairs: 5-3 (2) right, 5-1 (4) wrong, 5-3' (2) tied, 3-1 (2) wrong, 1-3' (2) right; 3-3' is no pair.
    const loss = expertLoss([
      { rating: 5, predicted: 0.5 },
      { rating: 3, predicted: 0.2 },
      { rating: 1, predicted: 0.9 },
      { rating: 3, predicted: 0.5 },
    ]);
    // 3' (.5) against 1 (.9) is wrong too.
    expect(loss).toEqual({ wrong: 4 + 1 + 2 + 2, total: 12, pairs: 5 });
    expect(pooledLoss([loss, { wrong: 0, total: 6, pairs: 2 }])).toBe(0.5);
  });

  it('has an interval that is the same every time, around the loss', () => {
    const losses = Array.from({ length: 30 }, (_, i) => ({ wrong: i % 7, total: 10, pairs: 5 }));
    const interval = bootstrapInterval(losses);
    expect(bootstrapInterval(losses)).toEqual(interval);
    expect(interval.low).toBeLessThan(pooledLoss(losses));
    expect(interval.high).toBeGreaterThan(pooledLoss(losses));
  });

  it('is far below chance on experts made of filed papers, and chance when ratings are turned round', () => {
    const filed = (texts: readonly SimilarityText[], discipline: string, category: string) =>
      Array.from({ length: 12 }, (_, i) => ({
        title: texts[i % texts.length]!.title!,
        abstract: `${texts[(i * 5 + 1) % texts.length]!.abstract} ${i}`,
        discipline,
        category,
      }));
    const papers = [
      ...filed(graphs, 'computing', 'engineering'),
      ...filed(bridges, 'construction', 'engineering'),
      ...filed(batteries, '电化学', '理学'),
      ...filed(wheat, '作物学', '农学'),
    ];
    const set = proxyExperts(papers);
    expect(proxyExperts(papers)).toEqual(set);
    expect(
      set.experts.flatMap((expert) => expert.documents).some((document) => set.items.includes(document as never)),
    ).toBe(false);
    const loss = pooledLoss(evaluateExperts(set));
    expect(loss).toBeLessThan(0.25);
    const turned = { ...set, ratings: set.ratings.map((rating) => ({ ...rating, rating: 6 - rating.rating })) };
    expect(pooledLoss(evaluateExperts(turned))).toBeCloseTo(1 - loss, 10);
  });
});
