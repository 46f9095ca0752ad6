import type { TeamTalent } from '../../matching/teams/cover.js';
import { GRADES, ROLES } from '../../matching/teams/cover.rules.js';
import type { AchievementFacts } from '../../matching/teams/needs.js';
import { GAP_NEEDS } from '../../matching/teams/needs.js';
import { TEAM_NEEDS } from '../../matching/teams/team.codes.js';

/** Generates talents and achievements for measuring team proposals, determined by a seed. */

const pick = <T>(random: () => number, list: readonly T[]): T => list[Math.floor(random() * list.length)]!;

/**
 * Draws a path in a tree like GB/T 4754: 20 sections of very different size, each with 5 divisions, 4 groups per
 * division and 4 classes per group.
 */
function industryPath(random: () => number): string[] {
  const section = String.fromCharCode(65 + Math.floor(random() ** 2 * 20));
  const division = `${section}${Math.floor(random() * 5)}`;
  const group = `${division}${Math.floor(random() * 4)}`;
  return [section, division, group, `${group}${Math.floor(random() * 4)}`];
}

function regionPath(random: () => number): string[] {
  const province = 10 + Math.floor(random() * 31);
  return [`${province}0000`, `${province}${String(1 + Math.floor(random() * 12)).padStart(2, '0')}00`];
}

export function madeUpTalent(random: () => number, number: number): TeamTalent {
  const kind = random() < 0.5 ? 'SCIENCE' : random() < 0.75 ? 'MARKET' : 'BRIDGE';
  const some = (share: number, most: number) => (random() < share ? 1 + Math.floor(random() * most) : 0);
  const science = kind !== 'MARKET';
  const market = kind !== 'SCIENCE';
  const path = industryPath(random);
  const manager = random() < 0.15;
  return {
    id: `talent-${String(number).padStart(7, '0')}`,
    kind,
    grade: manager ? pick(random, GRADES) : null,
    roles: manager ? ['TECHNOLOGY_MANAGER'] : random() < 0.5 ? [pick(random, ROLES.slice(0, 2))] : [],
    evidence: {
      PAPER: science ? some(0.7, 6) : some(0.05, 2),
      PATENT: science ? some(0.5, 4) : some(0.05, 1),
      AWARD: some(0.1, 2),
      DEAL_CLOSED: market ? some(0.5, 4) : some(0.05, 1),
      PRODUCT_LAUNCHED: market ? some(0.4, 3) : some(0.1, 2),
      COMPANY_FOUNDED: some(0.12, 1),
      ORCID_RECORD: science ? some(0.4, 3) : 0,
    },
    skills: TEAM_NEEDS.filter(() => random() < 0.12),
    industries: random() < 0.1 ? [] : random() < 0.5 ? [path] : [path, industryPath(random)],
    regions: random() < 0.2 ? [] : [regionPath(random)],
    languages: random() < 0.4 ? ['zh', 'en'] : random() < 0.95 ? ['zh'] : ['en'],
    daysPerMonth: random() < 0.2 ? null : Math.floor(random() * 20),
    availableFrom: random() < 0.7 ? null : 20_000 + Math.floor(random() * 400),
    // About 10 % of the talents have worked with another talent of the pool.
    ties: random() < 0.1 ? [`work-${Math.floor(random() * 4000)}`] : [],
  };
}

export function madeUpAchievement(random: () => number): AchievementFacts {
  return {
    trl: 1 + Math.floor(random() * 9),
    stage: null,
    gaps: Object.keys(GAP_NEEDS).filter(() => random() < 0.12),
    industries: [industryPath(random)],
    region: regionPath(random),
    languages: random() < 0.5 ? ['zh'] : ['zh', 'en'],
    cooperationModes: ['LICENCE', 'EQUITY', 'JOINT', 'ASSIGNMENT'].filter(() => random() < 0.4),
  };
}
