import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FundingStage } from '../../src/investors/vocabularies.js';
import { canonicalOrcid, isCurrency } from '../../src/lib/checks.js';
import { isIsoDate } from '../../src/lib/day.js';
import { packageRoot } from '../../src/lib/package-root.js';
import { readCohorts, readInstitutions } from '../../src/sample/sample.data.js';
import { readBackers, readDemands, readInvestors, readTalents } from '../../src/sample/sample.matching-data.js';
import { CooperationMode } from '../../src/taxonomy/cooperation.js';
import {
  ManagerGrade,
  TalentEvidenceKind,
  TalentKind,
  TalentRole,
  TalentVerification,
  TalentVisibility,
} from '../../src/talent/vocabularies.js';

const codesOf = (file: string): Set<string> =>
  new Set(
    readFileSync(join(packageRoot(), 'data', 'taxonomies', file), 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.split(',')[0]!)
      .filter(Boolean),
  );
const industryRows = readFileSync(join(packageRoot(), 'data', 'taxonomies', 'gbt4754-2017.csv'), 'utf8')
  .split('\n')
  .slice(1)
  .map((line) => line.split(','));
const parentOf = new Map(industryRows.map(([code, , parent]) => [code!, parent!]));
const industries = codesOf('gbt4754-2017.csv');
const regions = codesOf('regions-gbt2260.csv');

const investors = await readInvestors();
const talents = await readTalents();
const demands = await readDemands();
const backers = await readBackers();
const institutions = await readInstitutions();
const results = (await readCohorts(3)).flat();
const resultIds = new Set(results.map((result) => result.externalId));
const records = investors.flatMap((investor) => investor.trackRecord.map((record) => ({ investor, record })));

const duplicates = (values: readonly string[]): string[] => values.filter((value, i) => values.indexOf(value) !== i);
const unknown = (codes: readonly string[], known: { has(code: string): boolean }): string[] =>
  codes.filter((code) => !known.has(code));
const codes = (enumeration: object): Set<string> => new Set(Object.keys(enumeration));
/** Whether `code` is `ancestor` or stands below it. */
const isWithin = (code: string, ancestor: string): boolean =>
  code !== '' && (code === ancestor || isWithin(parentOf.get(code) ?? '', ancestor));

/** Texts without Chinese in `zh` or without English in `en`. */
function notBilingual(texts: ReadonlyArray<{ zh: string; en: string } | null>): unknown[] {
  return texts.filter(
    (text) =>
      (text !== null && !(/\p{Script=Han}/u.test(text.zh) || /^[A-Z]/.test(text.zh))) ||
      (text !== null && (text.en.trim() === '' || text.en === text.zh || /\p{Script=Han}/u.test(text.en))),
  );
}

describe('the sample’s investors, talents and demands', () => {
  it('are as many as the walk-through says', () => {
    expect([investors.length, talents.length, demands.length]).toEqual([60, 80, 25]);
    expect(new Set(talents.map((talent) => talent.kind))).toEqual(codes(TalentKind));
    const lengths = investors.map((investor) => investor.trackRecord.length).filter((length) => length > 1);
    expect(lengths).toHaveLength(57);
    expect([Math.min(...lengths), Math.max(...lengths)]).toEqual([7, 15]);
  });

  it('include profiles that say little or nothing', () => {
    const silent = investors.filter((investor) => investor.industries.length === 0 && investor.thesis === null);
    expect(silent.map((investor) => investor.trackRecord.length).sort()).toEqual([0, 1]);
    expect(investors.filter((investor) => investor.trackRecord.length === 0)).toHaveLength(2);
    expect(talents.filter((talent) => talent.skills.length === 0 && talent.evidence.length === 0)).toHaveLength(1);
  });

  it('have keys, names and texts of their own', () => {
    const institutionKeys = institutions.map((institution) => institution.key);
    expect(duplicates([...institutionKeys, ...investors.map((investor) => investor.key)])).toEqual([]);
    expect(duplicates(talents.map((talent) => talent.key))).toEqual([]);
    expect(duplicates(demands.map((demand) => demand.key))).toEqual([]);
    expect(duplicates(talents.map((talent) => talent.name))).toEqual([]);
    expect(duplicates([...institutions, ...investors].flatMap(({ name }) => [name.zh!, name.en!]))).toEqual([]);
    expect(duplicates(records.map(({ record }) => record.externalId))).toEqual([]);
    for (const texts of [
      investors.map((investor) => investor.thesis),
      talents.map((talent) => talent.bio),
      demands.map((demand) => demand.description),
    ]) {
      expect(duplicates(texts.flatMap((text) => (text ? [text.zh, text.en] : [])))).toEqual([]);
    }
  });

  it('are written in Chinese and in English', () => {
    expect(notBilingual(investors.flatMap(({ name, thesis }) => [name, thesis]))).toEqual([]);
    expect(
      notBilingual(
        talents.flatMap(({ headline, bio, skills, evidence }) => [
          headline,
          bio,
          ...skills,
          ...evidence.map(({ title }) => title),
        ]),
      ),
    ).toEqual([]);
    expect(
      notBilingual(
        demands.flatMap(({ organisation, title, description, targets }) => [
          organisation.name,
          title,
          description,
          ...targets.map(({ name }) => name),
        ]),
      ),
    ).toEqual([]);
  });

  it('use codes that exist', () => {
    expect(
      unknown(
        investors.flatMap(({ industries, excludedIndustries }) => [...industries, ...excludedIndustries]),
        industries,
      ),
    ).toEqual([]);
    expect(
      unknown(
        records.map(({ record }) => record.industry),
        industries,
      ),
    ).toEqual([]);
    expect(
      unknown(
        [...talents, ...demands].flatMap((one) => one.industries),
        industries,
      ),
    ).toEqual([]);
    expect(
      unknown(
        [
          ...investors.flatMap(({ region, regions: list }) => [region, ...list]),
          ...records.map(({ record }) => record.region),
          ...talents.flatMap((talent) => talent.regions),
          ...demands.flatMap(({ region, organisation }) => [region, organisation.region]),
        ],
        regions,
      ),
    ).toEqual([]);
    expect(
      unknown(
        [...investors.flatMap((investor) => investor.fundingStages), ...records.map(({ record }) => record.stage)],
        codes(FundingStage),
      ),
    ).toEqual([]);
    expect(
      unknown(
        investors.flatMap((investor) => investor.cooperationModes),
        codes(CooperationMode),
      ),
    ).toEqual([]);
    expect(
      unknown(
        talents.flatMap((talent) => talent.roles),
        codes(TalentRole),
      ),
    ).toEqual([]);
    expect(
      unknown(
        talents.flatMap((talent) => talent.managerGrade ?? []),
        codes(ManagerGrade),
      ),
    ).toEqual([]);
    expect(
      unknown(
        talents.map((talent) => talent.visibility),
        codes(TalentVisibility),
      ),
    ).toEqual([]);
    expect(
      unknown(
        talents.map((talent) => talent.verification),
        codes(TalentVerification),
      ),
    ).toEqual([]);
    expect(
      unknown(
        talents.flatMap(({ evidence }) => evidence.map(({ kind }) => kind)),
        codes(TalentEvidenceKind),
      ),
    ).toEqual([]);
    for (const language of talents.flatMap((talent) => talent.languages)) expect(language).toMatch(/^[a-z]{2}$/);
    for (const list of [
      ...investors.flatMap((one) => [
        one.industries,
        one.excludedIndustries,
        one.regions,
        one.fundingStages,
        one.cooperationModes,
      ]),
      ...talents.flatMap((one) => [one.industries, one.regions, one.languages, one.roles]),
      ...demands.map((one) => one.industries),
    ]) {
      expect(duplicates(list)).toEqual([]);
    }
  });

  it('refer to what the sample has', () => {
    const organisations = new Set([
      ...institutions.map(({ key }) => key),
      ...investors.map(({ key }) => key),
      ...demands.map(({ organisation }) => organisation.key),
    ]);
    expect(
      unknown(
        talents.flatMap((talent) => talent.organisation ?? []),
        organisations,
      ),
    ).toEqual([]);
    expect(
      unknown(
        talents.flatMap(({ evidence }) => evidence.flatMap(({ achievement }) => achievement ?? [])),
        resultIds,
      ),
    ).toEqual([]);
    expect(
      unknown(
        backers.map(({ achievement }) => achievement),
        resultIds,
      ),
    ).toEqual([]);
    expect(duplicates(backers.map(({ achievement }) => achievement))).toEqual([]);
    // The description of an enterprise is the same in every file.
    const enterprises = new Map(
      investors
        .filter(({ kind }) => kind === 'ENTERPRISE')
        .map(({ key, name, region }) => [key, { key, name, region }]),
    );
    for (const { organisation } of demands) {
      expect(enterprises.get(organisation.key) ?? organisation).toEqual(organisation);
      enterprises.set(organisation.key, organisation);
    }
  });

  it('have no range upside down and no time that cannot be', () => {
    const ordered = (low: number | null, high: number | null): boolean =>
      (low === null) === (high === null) && (low === null || low <= high!);
    expect(
      investors.filter(
        (one) =>
          !ordered(one.trlMin, one.trlMax) ||
          !ordered(one.ticketMin, one.ticketMax) ||
          (one.ticketMin === null) !== (one.ticketCurrency === null),
      ),
    ).toEqual([]);
    expect(investors.filter((one) => one.trlMin !== null && (one.trlMin < 1 || one.trlMax! > 9))).toEqual([]);
    expect(
      demands.filter(
        (one) =>
          one.budgetMin <= 0 ||
          one.budgetMin >= one.budgetMax ||
          one.deadlineInDays < 30 ||
          one.requiredTrl < 1 ||
          one.requiredTrl > 9,
      ),
    ).toEqual([]);
    expect(
      [
        ...investors.flatMap((one) => one.ticketCurrency ?? []),
        ...records.map(({ record }) => record.currency),
        ...demands.map((one) => one.budgetCurrency),
      ].filter((code) => !isCurrency(code)),
    ).toEqual([]);
    expect(
      records.filter(
        ({ record }) =>
          !isIsoDate(record.date) || record.date < '2021-01-01' || record.date > '2026-05-31' || record.amount <= 0,
      ),
    ).toEqual([]);
    expect(
      talents.filter((one) => one.daysPerMonth !== null && (one.daysPerMonth < 1 || one.daysPerMonth > 31)),
    ).toEqual([]);
    expect(talents.filter((one) => one.availableFrom !== null && !isIsoDate(one.availableFrom))).toEqual([]);
    expect(talents.flatMap(({ evidence }) => evidence).filter(({ year }) => year < 2010 || year > 2026)).toEqual([]);
    expect(talents.filter((one) => (one.managerGrade !== null) !== one.roles.includes('TECHNOLOGY_MANAGER'))).toEqual(
      [],
    );
  });

  it('give ORCID iDs that hold their check digit, of a block that ORCID does not give out', () => {
    const inventors = results.flatMap(({ inventors }) => inventors).filter(({ orcid }) => orcid !== undefined);
    const given = [...talents.flatMap((talent) => talent.orcid ?? []), ...inventors.map(({ orcid }) => orcid!)];
    expect(given.filter((orcid) => canonicalOrcid(orcid) !== orcid || !/^0009-9/.test(orcid))).toEqual([]);
    expect(duplicates(talents.flatMap((talent) => talent.orcid ?? []))).toEqual([]);
    const talentOf = new Map(talents.map((talent) => [talent.orcid, talent.name.split(' ')[0]]));
    expect(inventors.length).toBeGreaterThan(30);
    for (const { orcid, name } of inventors) expect(talentOf.get(orcid!)).toBe(name.zh);
  });

  it('tell a round alike by everybody who took part in it', () => {
    const onPlatform = new Set(investors.map(({ name }) => name.zh));
    const round = (company: string, date: string, investor: string): string => `${company} ${date} ${investor}`;
    const took = new Map(
      records.map(({ investor, record }) => [round(record.company, record.date, investor.name.zh), record]),
    );
    expect(took.size).toBe(records.length);
    const named = records.flatMap(({ investor, record }) =>
      record.coInvestors.map((name) => ({ investor: investor.name.zh, record, name })),
    );
    expect(named.filter(({ investor, name }) => name === investor)).toEqual([]);
    const odd = named.filter(({ investor, record, name }) => {
      if (!onPlatform.has(name)) return false;
      const other = took.get(round(record.company, record.date, name));
      return (
        !other ||
        other.industry !== record.industry ||
        other.region !== record.region ||
        other.stage !== record.stage ||
        !other.coInvestors.includes(investor)
      );
    });
    expect(odd).toEqual([]);
    // A party outside the platform is always spelt the same, so that it is one node of the network.
    expect(new Set(named.map(({ name }) => name).filter((name) => !onPlatform.has(name))).size).toBeLessThanOrEqual(9);
    expect(named.length).toBeGreaterThan(500);
  });

  it('live up to what the investors declare', () => {
    for (const {
      name,
      industries: wanted,
      excludedIndustries,
      fundingStages,
      ticketMin,
      ticketMax,
      ticketCurrency,
      trackRecord,
    } of investors) {
      const label = name.en;
      for (const code of excludedIndustries)
        expect(
          wanted.filter((industry) => isWithin(industry, code)),
          label,
        ).toEqual([]);
      expect(
        trackRecord.filter((record) => excludedIndustries.some((code) => isWithin(record.industry, code))),
        label,
      ).toEqual([]);
      if (wanted.length === 0 || trackRecord.length === 0) continue;
      const share = (count: number): number => count / trackRecord.length;
      expect(
        share(trackRecord.filter((record) => wanted.some((code) => isWithin(record.industry, code))).length),
        `${label} industries`,
      ).toBeGreaterThanOrEqual(0.5);
      expect(
        share(trackRecord.filter((record) => fundingStages.includes(record.stage)).length),
        `${label} stages`,
      ).toBeGreaterThanOrEqual(0.6);
      expect(
        share(
          trackRecord.filter(
            (record) =>
              record.currency === ticketCurrency && record.amount >= ticketMin! && record.amount <= ticketMax!,
          ).length,
        ),
        `${label} tickets`,
      ).toBeGreaterThanOrEqual(0.7);
    }
  });

  it('touch every chain and every prefecture of the pool', () => {
    const poolRegions = new Set(results.filter((result) => result.admitted).map((result) => result.region));
    expect(
      [...poolRegions].filter(
        (region) =>
          !investors.some(
            (investor) => investor.region === region || investor.trackRecord.some((record) => record.region === region),
          ),
      ),
    ).toEqual([]);
    const invested = new Set(records.map(({ record }) => record.industry.slice(0, 2)));
    const untouched = results.filter(
      (result) => result.admitted && !result.industries.some((code) => invested.has(code.slice(0, 2))),
    );
    expect(untouched.map((result) => result.externalId)).toEqual([]);
  });
});
