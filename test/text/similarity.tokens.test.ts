import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gramsOf, termsOf } from '../../src/text/tokens.js';
import { stemOf } from '../../src/text/tokens.stemmer.js';
import { startTestApp, type TestApp } from '../harness.js';

const WORDS =
  `optimisation optimization optimized optimizing optimal generalization generalizations relational conditional rational vietnamization
  predication operator feudalism decisiveness hopefulness callousness formality sensitivity sensibility triplicate formative formalize electricity electrical
  hopeful goodness revival allowance inference airliner gyroscopic adjustable defensible irritant replacement adjustment dependent adoption communism
  activate angularity homologous effective bowdlerize probate rate cease controlling rolling hopping hoping hoped tanned falling hissing fizzed failing filing
  caresses ponies ties cats gas kiwis gaps skies dying lying news atlas bias agreed feed plastered bled motoring sing conflated troubled sized happy sky cry by enjoying
  consistency consolation knightly kneeling knaves networks learning embeddings molecules molecular toxicity toxicities analyses analysis hypotheses matrices vertices
  communication communities generator generators generic arsenal university universal universe biology biological geologically psychologist luxuriated hesitancy
  usefully carelessly differently analogously conformably vilely digitizer yields youth boys boyish saying says exceed proceeding successes succeeded innings outing
  earrings herring canning bees agreeing dyed tied cried fluently abruptly early only singly gently idly ugly ruggedly repeatedly mingling surprisingly meetings`
    .trim()
    .split(/\s+/);

describe('terms of a text', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  it('stems English as the Snowball stemmer in PostgreSQL does', async () => {
    const rows = await app.sql<{ word: string; stem: string[] }>(
      `SELECT word, ts_lexize('english_stem', word) AS stem FROM unnest($1::text[]) AS word`,
      [WORDS],
    );
    const compared = rows.filter((row) => row.stem.length === 1);
    expect(compared.length).toBeGreaterThan(150);
    expect(compared.map(({ word }) => [word, stemOf(word)])).toEqual(compared.map(({ word, stem }) => [word, stem[0]]));
  });

  it('reads plain grams: width and case folded, Chinese by one and two, words as they stand', () => {
    expect(gramsOf('ＡＩ 图像识别, The Cells; 5G')).toEqual([
      'ai',
      '图',
      '像',
      '识',
      '别',
      '图像',
      '像识',
      '识别',
      'the',
      'cells',
      '5g',
    ]);
    expect(gramsOf(' —— ')).toEqual([]);
    expect(gramsOf('Schrödinger’s')).toEqual(['schrodinger']);
  });

  it('pairs words within a phrase only, without stop words and bare numbers', () => {
    expect(termsOf('Deep networks, learned in 2020 for reviewers').map(({ term }) => term)).toEqual([
      'deep',
      'network',
      'deep network',
      'learn',
      'review',
    ]);
    expect(termsOf('用GPU训练').map(({ term }) => term)).toEqual(['用', 'gpu', '训', '练', '训练']);
  });
});
