import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { emptyRecord, type AchievementRecord } from '../achievements/achievement.record.js';
import type { Localized } from '../kernel/localized.js';
import { packageRoot } from '../lib/package-root.js';
import type { Dimension } from '../vetting/vocabularies.js';
import type { OrganisationKind } from '../kernel/viewer.js';

/** Types of the invented sample data in data/sample, and functions that read it. */

export interface SampleInstitution {
  key: string;
  kind: OrganisationKind;
  region: string;
  name: Localized;
}

/** One line of achievements-*.jsonl. */
export interface SampleAchievement extends Omit<
  AchievementRecord,
  'fundingNeed' | 'regionCode' | 'inventors' | 'externalId' | 'registrationNo' | 'registeredOn'
> {
  externalId: string;
  institution: string;
  registrationNo: string;
  registeredOn: string;
  region: string;
  fundingNeed: { min: number; max: number; currency: string } | null;
  inventors: Array<{ name: Localized; orcid?: string }>;
  /**
   * `admitted`: true if the achievement is meant to be admitted by its cohort; `score` is then its true quality, from 0
   * to 5.
   */
  admitted: boolean;
  score?: number;
}

/** A reviewer in reviewers.json: profile, and how the reviewer scores. */
export interface SampleReviewer {
  key: string;
  name: string;
  dimensions: Dimension[];
  /** Key of the institution where the person works. */
  organisation: string | null;
  industries: string[];
  /** Points that the reviewer adds to the true quality; negative for a severe reviewer. */
  severity: number;
  /** Standard deviation of the random error in points. */
  noise: number;
  statement: Localized;
  documents: string[];
}

const readText = (file: string): Promise<string> => readFile(join(packageRoot(), 'data', 'sample', file), 'utf8');

export async function readInstitutions(): Promise<SampleInstitution[]> {
  return JSON.parse(await readText('institutions.json')) as SampleInstitution[];
}

export async function readReviewers(): Promise<SampleReviewer[]> {
  return JSON.parse(await readText('reviewers.json')) as SampleReviewer[];
}

export async function readJsonLines<T>(file: string): Promise<T[]> {
  return (await readText(file))
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);
}

/**
 * Reads the sample achievements and divides them into `count` groups of equal size, in order of registration. Each
 * group has the same number of achievements to be admitted, so that each cohort fills its quota.
 */
export async function readCohorts(count: number): Promise<SampleAchievement[][]> {
  const files = await Promise.all(
    ['a', 'b', 'c'].map((group) => readJsonLines<SampleAchievement>(`achievements-${group}.jsonl`)),
  );
  const all = files
    .flat()
    .sort((a, b) =>
      a.registeredOn < b.registeredOn
        ? -1
        : a.registeredOn > b.registeredOn
          ? 1
          : a.registrationNo < b.registrationNo
            ? -1
            : 1,
    );
  const split = (list: SampleAchievement[]) =>
    Array.from({ length: count }, (_, k) => list.slice((k * list.length) / count, ((k + 1) * list.length) / count));
  const [good, others] = [
    split(all.filter((result) => result.admitted)),
    split(all.filter((result) => !result.admitted)),
  ];
  return good.map((list, k) => [...list, ...others[k]!].sort((a, b) => (a.registeredOn < b.registeredOn ? -1 : 1)));
}

export function toRecord(sample: SampleAchievement): AchievementRecord {
  const {
    admitted: _admitted,
    score: _score,
    institution: _institution,
    region,
    fundingNeed,
    inventors,
    ...rest
  } = sample;
  return {
    ...emptyRecord,
    ...rest,
    regionCode: region,
    fundingNeed: fundingNeed && {
      min: String(fundingNeed.min),
      max: String(fundingNeed.max),
      currency: fundingNeed.currency,
    },
    inventors: inventors.map((inventor) => ({ name: inventor.name, orcid: inventor.orcid ?? null })),
  };
}
