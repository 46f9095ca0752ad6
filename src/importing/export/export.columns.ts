import type { AchievementRecord } from '../../achievements/achievement.record.js';
import { allVocabularies } from '../../taxonomy/vocabulary.js';
import { headerOf, INFORMATIVE, LANGUAGES, type Language, type TextField } from '../mapping/fields.js';
import type { Cell } from '../../lib/tabular/types.js';
import { joinList } from '../mapping/values.js';
import { asShownInCells } from '../../lib/day.js';

/** One achievement to export: its record, and values for additional columns that human readers want. */
export interface ExportedAchievement {
  globalId: string;
  record: AchievementRecord;
  status: string;
  score: number | null;
  admittedAt: Date | null;
  institution: string;
  industryNames: string[];
  regionName: string | null;
}

export interface ExportColumn {
  header: string;
  cell: (entry: ExportedAchievement) => Cell;
}

/** Placeholder for an item that is missing in one language of parallel lists; the import reads it as missing too. */
const MISSING = '-';

/**
 * The columns of an export of achievements. Imports recognise their headers, so that an exported file can be imported
 * again. With scope POOL the columns hold content of the PUBLIC disclosure tier only.
 */
export function exportColumns(scope: 'POOL' | 'INSTITUTION', locale: Language): ExportColumn[] {
  const label = labels(locale);
  const column = (
    key: string,
    cell: (record: AchievementRecord, entry: ExportedAchievement) => Cell,
  ): ExportColumn => ({
    header: headerOf(key, locale),
    cell: (entry) => cell(entry.record, entry),
  });
  const extra = (key: keyof typeof INFORMATIVE, cell: (entry: ExportedAchievement) => Cell): ExportColumn => ({
    header: INFORMATIVE[key][locale],
    cell,
  });
  const text = (key: TextField) =>
    LANGUAGES.map((language) => column(`${key}.${language}`, (record) => record[key]?.[language] ?? null));
  const items = (key: string, list: (record: AchievementRecord) => ReadonlyArray<string | null | undefined>) =>
    column(key, (record) => {
      const values = list(record);
      return values.length === 0 ? null : joinList(values.map((value) => value ?? MISSING));
    });
  const own = scope === 'INSTITUTION';
  return [
    column('id', (_record, entry) => entry.globalId),
    ...(own ? [column('externalId', (record) => record.externalId)] : []),
    column('registrationNo', (record) => record.registrationNo),
    column('registeredOn', (record) =>
      record.registeredOn === null ? null : new Date(`${record.registeredOn}T00:00:00Z`),
    ),
    ...(own
      ? [extra('status', (entry) => label('AchievementStatus', entry.status))]
      : [extra('institution', (entry) => entry.institution)]),
    ...text('title'),
    ...text('summary'),
    ...text('abstract'),
    ...(own ? [...text('technicalDetail'), ...text('confidentialDetail')] : []),
    column('category', (record) => label('AchievementCategory', record.category)),
    column('attribute', (record) => label('AchievementAttribute', record.attribute)),
    column('stage', (record) => label('AchievementStage', record.stage)),
    column('trl', (record) => record.trl),
    items('industries', (record) => record.industries),
    extra('industryNames', (entry) => joinList(entry.industryNames)),
    items('strategicAreas', (record) => record.strategicAreas),
    items('keywords.zh', (record) => record.keywords.zh),
    items('keywords.en', (record) => record.keywords.en),
    items('ipRights.number', (record) => record.ipRights.map((right) => right.number)),
    items('ipRights.type', (record) => record.ipRights.map((right) => label('IpType', right.type))),
    items('ipRights.status', (record) => record.ipRights.map((right) => label('IpStatus', right.status))),
    items('cooperationModes', (record) =>
      record.cooperationModes.map(
        (way) =>
          `${label('CooperationMode', way.mode)}${way.licenceKind === null ? '' : `(${label('LicenceKind', way.licenceKind)})`}`,
      ),
    ),
    column('fundingNeed.min', (record) => amount(record.fundingNeed?.min)),
    column('fundingNeed.max', (record) => amount(record.fundingNeed?.max)),
    column('fundingNeed.currency', (record) => record.fundingNeed?.currency ?? null),
    column('regionCode', (record) => record.regionCode),
    extra('regionName', (entry) => entry.regionName),
    ...LANGUAGES.map((language) =>
      items(`inventors.${language}`, (record) => record.inventors.map((inventor) => inventor.name[language])),
    ),
    // An ORCID iD is public only once its holder has confirmed being named, so the export of the pool has no column for
    // it.
    ...(own ? [items('inventors.orcid', (record) => record.inventors.map((inventor) => inventor.orcid))] : []),
    ...text('incumbent'),
    ...text('improvement'),
    ...LANGUAGES.map((language) =>
      items(`applications.${language}`, (record) => record.applications.map((application) => application[language])),
    ),
    extra('score', (entry) => entry.score),
    extra('admittedAt', (entry) => entry.admittedAt && asShownInCells(entry.admittedAt)),
  ];
}

/**
 * A decimal amount as a spreadsheet number if its conversion to a double and back gives the same text, else as text.
 */
function amount(decimal: string | undefined): Cell {
  if (decimal === undefined) return null;
  return String(Number(decimal)) === decimal ? Number(decimal) : decimal;
}

/**
 * Returns a function that gives the label of a vocabulary's code: the official name in Chinese, the code itself in
 * English.
 */
function labels(locale: Language): (vocabulary: string, code: string | null) => string {
  const names = new Map(
    allVocabularies().flatMap(({ name, terms }) =>
      terms.map((term) => [`${name}.${term.code}`, term.label.zh] as const),
    ),
  );
  return (vocabulary, code) =>
    code === null ? '' : locale === 'zh' ? (names.get(`${vocabulary}.${code}`) ?? code) : code;
}
