import {
  emptyRecord,
  type AchievementRecord,
  type CooperationRecord,
  type IpRightRecord,
} from '../achievements/achievement.record.js';
import type { Localized } from '../kernel/localized.js';
import { GIVEN, MATTERS, METRICS, PLACES, QUALITIES, SCHOOLS, SURNAMES, THINGS, VERBS } from './words.js';

/**
 * Generates achievements with texts of realistic length and distribution: about twenty thousand terms follow Zipf's
 * law, an abstract has about 300 Chinese characters, and half of the achievements have an English abstract too.
 * Achievement `i` is the same in every run.
 */

/** Pseudo-random numbers from 0 to 1, determined by a seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

type Random = () => number;
type Pair = readonly [zh: string, en: string];

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
const between = (random: Random, low: number, high: number): number => low + Math.floor(random() * (high - low + 1));

/** Draws a rank from 1 to `count` by Zipf's law with exponent 1. */
export function zipfRank(random: Random, count: number): number {
  return Math.min(count, Math.floor(Math.exp(random() * Math.log(count + 1))));
}

export const TERMS = 20_000;

/**
 * Term of a rank, as a combination of words. The multiplication scatters neighbouring ranks over the word lists, so
 * that frequent terms seldom share words.
 */
export function termOf(rank: number): Pair {
  const spread = Math.imul(rank, 0x9e3779b1) >>> 0;
  const quality = QUALITIES[spread % QUALITIES.length]!;
  const matter = MATTERS[Math.floor(spread / 97) % MATTERS.length]!;
  const thing = THINGS[Math.floor(spread / 9973) % THINGS.length]!;
  return [`${quality[0]}${matter[0]}${thing[0]}`, `${quality[1]} ${matter[1]} ${thing[1]}`];
}

/** Draws a word of a term, as a user would type it. */
export function wordOf(random: Random): Pair {
  const term = zipfRank(random, TERMS);
  const spread = Math.imul(term, 0x9e3779b1) >>> 0;
  return random() < 0.5 ? QUALITIES[spread % QUALITIES.length]! : MATTERS[Math.floor(spread / 97) % MATTERS.length]!;
}

export interface GeneratedInstitution {
  name: Required<Localized>;
  regionCode: string;
}

export const INSTITUTIONS: readonly GeneratedInstitution[] = Array.from({ length: 40 }, (_, i) => {
  const place = PLACES[i % PLACES.length]!;
  const school = SCHOOLS[(i + Math.floor(i / PLACES.length)) % SCHOOLS.length]!;
  return {
    name: { zh: `${place[0]}${school[0]}`, en: `${place[1]} ${school[1]}` },
    regionCode: ['620100', '620200', '620400', '620500', '620600'][i % 5]!,
  };
});

export interface CodeChoice {
  industries: readonly string[];
  strategicAreas: readonly string[];
}

export interface GeneratedResult {
  /** Index into INSTITUTIONS. */
  institution: number;
  score: string;
  record: AchievementRecord;
}

const SENTENCES: ReadonlyArray<(a: Pair, b: Pair, random: Random) => Pair> = [
  (a, b, random) => {
    const n = between(random, 2, 40);
    return [
      `针对${b[0]}中的实际问题，研制了${a[0]}，并在${n}个点完成试验。`,
      `To solve a practical problem of the ${b[1]}, the ${a[1]} was developed and tested at ${n} sites.`,
    ];
  },
  (a, b, random) => {
    const [verb, metric, n] = [pick(random, VERBS), pick(random, METRICS), between(random, 3, 95)];
    return [
      `与现有${b[0]}相比，${a[0]}${verb[0]}了${metric[0]}，幅度为${n}%。`,
      `Compared with the usual ${b[1]}, the ${a[1]} ${verb[1]} the ${metric[1]} by ${n} %.`,
    ];
  },
  (a, b, random) => {
    const n = between(random, 200, 9000);
    return [
      `项目建立了${a[0]}与${b[0]}的耦合关系，连续运行${n}小时无故障。`,
      `The project couples the ${a[1]} with the ${b[1]}; it ran for ${n} hours without a fault.`,
    ];
  },
  (a, b, random) => {
    const metric = pick(random, METRICS);
    return [
      `其关键是${a[0]}的结构设计，并配有${b[0]}，${metric[0]}达到同类先进水平。`,
      `Its core is the structure of the ${a[1]}, with the ${b[1]} beside it; its ${metric[1]} is among the best of its kind.`,
    ];
  },
  (a, b, random) => {
    const [place, n] = [pick(random, PLACES), between(random, 10, 900)];
    return [
      `${a[0]}已在${place[0]}的${b[0]}示范工程中使用，年节约费用约${n}万元。`,
      `The ${a[1]} is used in a demonstration of the ${b[1]} at ${place[1]}, saving about ${n}0,000 yuan a year.`,
    ];
  },
];

function text(random: Random, sentences: number, subject: Pair): Pair {
  const zh: string[] = [];
  const en: string[] = [];
  for (let i = 0; i < sentences; i += 1) {
    const about = i % 3 === 0 ? subject : termOf(zipfRank(random, TERMS));
    const [chinese, english] = pick(random, SENTENCES)(about, termOf(zipfRank(random, TERMS)), random);
    zh.push(chinese);
    en.push(english);
  }
  return [zh.join(''), en.join(' ')];
}

const localized = ([zh, en]: Pair, bilingual: boolean): Localized => (bilingual ? { zh, en } : { zh });

/** Generates the achievement with number `i`, with codes drawn from the loaded code lists. */
export function generateResult(i: number, codes: CodeChoice): GeneratedResult {
  const random = randomFrom(i);
  const bilingual = random() < 0.5;
  const subject = termOf(zipfRank(random, TERMS));
  const second = termOf(zipfRank(random, TERMS));
  const purpose = pick(random, METRICS);
  const ipRights: IpRightRecord[] = Array.from({ length: between(random, 1, 4) }, (_, k) => ({
    type: pick(random, ['INVENTION_PATENT', 'UTILITY_MODEL', 'SOFTWARE_COPYRIGHT'] as const),
    number: `ZB${2015 + (i % 11)}${String(i).padStart(7, '0')}${k}`,
    status: pick(random, ['APPLIED', 'PUBLISHED', 'GRANTED'] as const),
  }));
  const cooperationModes: CooperationRecord[] =
    random() < 0.5
      ? [{ mode: 'LICENCE', licenceKind: 'ORDINARY' }]
      : [
          { mode: 'ASSIGNMENT', licenceKind: null },
          { mode: 'JOINT', licenceKind: null },
        ];
  const keywords = [subject, second, termOf(zipfRank(random, TERMS)), wordOf(random)];
  const record: AchievementRecord = {
    ...emptyRecord,
    externalId: `G-${i}`,
    registrationNo: `ZB${2015 + (i % 11)}-${String(i).padStart(7, '0')}`,
    registeredOn: `${2015 + (i % 11)}-${String(1 + (i % 12)).padStart(2, '0')}-${String(1 + (i % 28)).padStart(2, '0')}`,
    title: localized(
      [
        `${subject[0]}的${purpose[0]}优化与${second[0]}应用`,
        `A ${subject[1]} with better ${purpose[1]}, and its use in a ${second[1]}`,
      ],
      bilingual,
    ),
    summary: localized(text(random, 2, subject), bilingual),
    abstract: localized(text(random, 8, subject), bilingual),
    technicalDetail: localized(text(random, 3, subject), false),
    category: 'APPLIED_TECHNOLOGY',
    attribute: pick(random, ['ORIGINAL_INNOVATION', 'DOMESTIC_REDEVELOPMENT'] as const),
    stage: pick(random, ['INITIAL', 'INTERMEDIATE', 'MATURE'] as const),
    trl: between(random, 2, 9),
    industries: [
      ...new Set(
        Array.from(
          { length: between(random, 1, 3) },
          () => codes.industries[zipfRank(random, codes.industries.length) - 1]!,
        ),
      ),
    ],
    strategicAreas: random() < 0.6 ? [pick(random, codes.strategicAreas)] : [],
    keywords: {
      zh: [...new Set(keywords.map(([zh]) => zh))],
      en: bilingual ? [...new Set(keywords.map(([, en]) => en))] : [],
    },
    ipRights,
    cooperationModes,
    fundingNeed:
      random() < 0.7
        ? {
            min: String(between(random, 1, 20) * 100_000),
            max: String(between(random, 21, 90) * 100_000),
            currency: 'CNY',
          }
        : null,
    regionCode: INSTITUTIONS[i % INSTITUTIONS.length]!.regionCode,
    inventors: Array.from({ length: between(random, 2, 6) }, () => {
      const [surname, given] = [pick(random, SURNAMES), pick(random, GIVEN)];
      return { name: { zh: `${surname[0]}${given[0]}`, en: `${given[1]} ${surname[1]}` }, orcid: null };
    }),
    incumbent: localized(termOf(zipfRank(random, TERMS)), false),
    improvement: localized([`${purpose[0]}提高${between(random, 5, 60)}%`, ''], false),
    applications: [localized(termOf(zipfRank(random, TERMS)), false), localized(second, false)],
  };
  return { institution: zipfRank(random, INSTITUTIONS.length) - 1, score: (2.5 + random() * 2.5).toFixed(2), record };
}

/** Generates a search text: one or two words or a whole term, mostly Chinese, sometimes English. */
export function generateQuery(random: Random): string {
  const language = random() < 0.8 ? 0 : 1;
  if (random() < 0.25) return termOf(zipfRank(random, TERMS / 10))[language];
  const words = Array.from({ length: random() < 0.6 ? 1 : 2 }, () => wordOf(random)[language]);
  return words.join(' ');
}
