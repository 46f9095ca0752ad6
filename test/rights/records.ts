import { emptyRecord, type AchievementRecord } from '../../src/achievements/achievement.record.js';

/** Occurs in the public text of OWN's first pool entry, so that searches have a result. */
export const PUBLIC_WORD = 'zirconium';

/** A complete record in which every text is `text(field)`. */
export function recordOf(text: (field: keyof AchievementRecord) => string, serial: string): AchievementRecord {
  const both = (field: keyof AchievementRecord) => ({ zh: `文${text(field)}`, en: `Text ${text(field)}` });
  return {
    ...emptyRecord,
    externalId: `ext-${serial}-${text('externalId')}`,
    registrationNo: `REG-${serial}${text('registrationNo')}`.slice(0, 60).toUpperCase(),
    registeredOn: '2025-03-01',
    title: both('title'),
    summary: both('summary'),
    abstract: both('abstract'),
    technicalDetail: both('technicalDetail'),
    confidentialDetail: both('confidentialDetail'),
    category: 'APPLIED_TECHNOLOGY',
    attribute: 'ORIGINAL_INNOVATION',
    stage: 'MATURE',
    trl: 6,
    industries: ['3562'],
    strategicAreas: ['1'],
    keywords: { zh: [`词${text('keywords')}`], en: [text('keywords') || 'word'] },
    ipRights: [{ type: 'INVENTION_PATENT', number: `ZL${serial}${text('ipRights')}`, status: 'GRANTED' }],
    cooperationModes: [{ mode: 'LICENCE', licenceKind: 'SOLE' }],
    fundingNeed: { min: '100000', max: '200000', currency: 'CNY' },
    regionCode: '620100',
    inventors: [{ name: both('inventors'), orcid: null }],
    incumbent: both('incumbent'),
    improvement: both('improvement'),
    applications: [both('applications')],
  };
}
