import { expect, it } from 'vitest';
import { gapOf, GAP_CODES } from '../../src/vetting/cultivation/cultivation.codes.js';
import { nearest } from '../../src/vetting/cultivation/cultivation.neighbours.js';
import { anonymousTexts, shuffled } from '../../src/vetting/cultivation/cultivation.rules.js';
import { computedGaps } from '../../src/achievements/computed-gaps.js';

const complete = {
  trl: 7,
  ipRights: 1,
  evidenceFiles: 1,
  applications: 1,
  cooperationModes: 1,
  hasComparison: true,
  hasFundingNeed: true,
};

it('computes gaps from the record alone, each a code of the list', () => {
  expect(computedGaps(complete)).toEqual([]);
  const all = computedGaps({
    trl: 1,
    ipRights: 0,
    evidenceFiles: 0,
    applications: 0,
    cooperationModes: 0,
    hasComparison: false,
    hasFundingNeed: false,
  });
  expect(all).toHaveLength(8);
  expect(all.every((code) => gapOf(code))).toBe(true);
  expect(computedGaps({ ...complete, trl: 5 })).toEqual(['NO_RELEVANT_PROTOTYPE']);
  expect(computedGaps({ ...complete, trl: null })).toEqual([]);
  expect(new Set(GAP_CODES.map((gap) => gap.code)).size).toBe(GAP_CODES.length);
});

it('hides a reviewer: no text of two judges, none alone, and an order that tells nothing', () => {
  expect(anonymousTexts('e', 'd', ['a', 'b'], 2)).toEqual([]);
  expect(anonymousTexts('e', 'd', ['a'], 5)).toEqual([]);
  expect(anonymousTexts('e', 'd', ['b', 'a'], 3)).toEqual(anonymousTexts('e', 'd', ['a', 'b'], 3));
  const texts = ['one', 'two', 'three'];
  const orders = new Set(Array.from({ length: 60 }, (_, i) => shuffled(`entry ${i}`, 'd', texts).join()));
  expect(orders.size).toBe(6);
});

it('finds the nearest by subject, of the same division first, and nothing across sections', async () => {
  const pool = [
    { id: 'a', section: 'C', division: '26', title: 'solid electrolyte for sodium batteries' },
    { id: 'b', section: 'C', division: '39', title: 'image sensor with low noise' },
    { id: 'c', section: 'C', division: '39', title: 'sodium battery with a solid electrolyte' },
    { id: 'd', section: 'A', division: '01', title: 'solid electrolyte of sodium batteries' },
  ];
  const rows = await nearest(
    [
      { id: 'x', section: 'C', division: '39', title: 'electrolyte of sodium batteries' },
      { id: 'y', section: null, division: null, title: 'sodium' },
    ],
    pool,
  );
  expect(rows.map((row) => row.achievement_id)).toEqual(['c', 'b', 'a']);
  expect(rows.map((row) => row.position)).toEqual([1, 2, 3]);
  expect(rows[2]!.similarity).toBeGreaterThan(rows[1]!.similarity);
});
