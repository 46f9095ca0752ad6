import { expect, it } from 'vitest';
import { createTalentIndex } from '../../../src/matching/engine/talent.index.js';
import { DEFAULT_MODEL } from '../../../src/matching/engine/default-model.js';
import { FLAT_TAXONOMY } from '../../../src/matching/engine/taxonomy.js';
import type { Opportunity, MatchTalent } from '../../../src/matching/engine/types.js';
import { talentFits } from '../../../src/matching/teams/team.fits.js';
import { uniform } from '../../../src/lib/random.js';

it('takes fits from matches: the best is 1, nobody unknown has more than is said, and the barred do not count', () => {
  const random = uniform(6);
  const index = createTalentIndex(FLAT_TAXONOMY, DEFAULT_MODEL);
  const records = Array.from({ length: 900 }, (_, i): MatchTalent => ({
    id: `t${i}`,
    organisationId: null,
    kind: 'SCIENCE',
    industries: random() < 0.5 ? ['3239'] : ['0111'],
    regions: random() < 0.5 ? ['620300'] : [],
    languages: ['zh'],
    roles: [],
    managerGrade: null,
    daysPerMonth: Math.floor(random() * 20),
    availableFrom: null,
    evidence: Array.from({ length: Math.floor(random() * 5) }, () => ({ kind: 'PAPER', year: 2020 })),
    verified: random() < 0.5,
    text: null,
  }));
  for (const one of records) index.upsert(one);
  const opportunity: Opportunity = {
    id: 'a',
    organisationId: null,
    industries: ['3239'],
    regions: ['620300'],
    stages: [],
    trl: 5,
    amount: null,
    backers: [],
    cooperationModes: [],
    languages: ['zh'],
    text: null,
  };
  const ids = records.map(({ id }) => id);
  const fits = talentFits(index, opportunity, 20_000, []);
  const exact = fits.exact(ids);
  expect(Math.max(...exact)).toBe(1);
  expect(fits.known.size).toBe(500);
  ids.forEach((id, i) => {
    if (fits.known.has(id)) expect(fits.known.get(id)).toBe(exact[i]);
    else expect(exact[i]).toBeLessThanOrEqual(fits.rest);
  });
  const [first] = fits.known.keys();
  const without = talentFits(index, opportunity, 20_000, [first!]);
  expect(without.known.has(first!)).toBe(false);
  expect(talentFits(createTalentIndex(FLAT_TAXONOMY, DEFAULT_MODEL), opportunity, 20_000, [])).toMatchObject({
    known: new Map(),
    rest: 0,
  });
});
