import { describe, expect, it } from 'vitest';
import {
  coInventor,
  coInventorKey,
  conflictReasons,
  declaredConflict,
  familiesOf,
  monthsBefore,
  nameKey,
  organisationFamily,
  ownAchievement,
  recentCollaboration,
  sameOrganisation,
  type ConflictWorld,
  type DeclaredTie,
  type EntryTies,
  type ReviewerTies,
} from '../../src/vetting/reviewers/conflicts.rules.js';

const ORCID = '0000-0002-1825-0097';
const OTHER_ORCID = '0000-0001-5109-3700';

const world: ConflictWorld = {
  familyOf: familiesOf([
    ['holding', 'college'],
    ['college', 'institute'],
    ['group', 'works'],
  ]),
  collaborationsSince: '2022-11-23',
};

function reviewer(wish: Partial<ReviewerTies> = {}): ReviewerTies {
  return {
    reviewerId: 'r',
    accountId: 'account',
    orcid: null,
    names: new Set([nameKey('王 小明')]),
    organisations: new Set(['elsewhere']),
    declarations: [],
    coInventors: new Set(),
    ...wish,
  };
}

function entry(wish: Partial<EntryTies> = {}): EntryTies {
  return {
    entryId: 'e',
    achievementId: 'a',
    institutionId: 'institute',
    editors: new Set(['lister']),
    inventors: [{ orcid: ORCID, names: [nameKey('李四')] }],
    ...wish,
  };
}

function tie(wish: Partial<DeclaredTie>): DeclaredTie {
  return {
    kind: 'ORGANISATION',
    relation: 'CONFLICT',
    organisationId: null,
    achievementId: null,
    orcid: null,
    endedOn: null,
    ...wish,
  };
}

describe('conflict rules', () => {
  it('finds the same organisation, and no other', () => {
    expect(sameOrganisation(reviewer({ organisations: new Set(['institute']) }), entry())).toBe(true);
    expect(sameOrganisation(reviewer(), entry())).toBe(false);
  });

  it('finds families of organisations through any number of steps, upwards and sideways', () => {
    expect(organisationFamily(reviewer({ organisations: new Set(['holding']) }), entry(), world)).toBe(true);
    expect(organisationFamily(reviewer({ organisations: new Set(['college']) }), entry(), world)).toBe(true);
    expect(organisationFamily(reviewer({ organisations: new Set(['works']) }), entry(), world)).toBe(false);
    expect(organisationFamily(reviewer({ organisations: new Set(['institute']) }), entry(), world)).toBe(false);
  });

  it('survives a circle of families', () => {
    const familyOf = familiesOf([
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'a'],
    ]);
    expect(new Set(['a', 'b', 'c'].map(familyOf)).size).toBe(1);
    expect(familyOf('d')).toBe('d');
  });

  it('finds who wrote the record', () => {
    expect(ownAchievement(reviewer({ accountId: 'lister' }), entry())).toBe(true);
    expect(ownAchievement(reviewer(), entry())).toBe(false);
    expect(ownAchievement(reviewer({ accountId: null }), entry())).toBe(false);
  });

  it('finds an inventor by ORCID iD wherever they are, by name only within the organisation or its family', () => {
    expect(coInventor(reviewer({ orcid: ORCID }), entry(), world)).toBe(true);
    expect(coInventor(reviewer({ orcid: OTHER_ORCID }), entry(), world)).toBe(false);
    const named = entry({ inventors: [{ orcid: null, names: [nameKey('王小明'), nameKey('Wang Xiaoming')] }] });
    expect(coInventor(reviewer(), named, world)).toBe(false);
    expect(coInventor(reviewer({ organisations: new Set(['institute']) }), named, world)).toBe(true);
    expect(coInventor(reviewer({ organisations: new Set(['holding']) }), named, world)).toBe(true);
    expect(
      coInventor(reviewer({ organisations: new Set(['holding']), names: new Set([nameKey('王小')]) }), named, world),
    ).toBe(false);
  });

  it('compares names without blanks, points, case and width', () => {
    expect(nameKey('Ｗang  Xiao-Ming')).toBe(nameKey('wang xiao-ming'));
    expect(nameKey('艾力·买买提')).toBe(nameKey('艾力买买提'));
    expect(nameKey('王小明')).not.toBe(nameKey('王晓明'));
  });

  it('counts a declared collaboration while it lasts and for 48 months after its end, to the day', () => {
    const of = (endedOn: string | null) =>
      reviewer({ declarations: [tie({ relation: 'COLLABORATION', organisationId: 'institute', endedOn })] });
    expect(recentCollaboration(of(null), entry(), world)).toBe(true);
    expect(recentCollaboration(of('2022-11-23'), entry(), world)).toBe(true);
    expect(recentCollaboration(of('2022-11-22'), entry(), world)).toBe(false);
  });

  it('counts a collaboration with an organisation for its family, with a person by ORCID iD, with one achievement for that one', () => {
    const of = (wish: Partial<DeclaredTie>) =>
      reviewer({ declarations: [tie({ relation: 'COLLABORATION', ...wish })] });
    expect(recentCollaboration(of({ organisationId: 'holding' }), entry(), world)).toBe(true);
    expect(recentCollaboration(of({ organisationId: 'group' }), entry(), world)).toBe(false);
    expect(recentCollaboration(of({ kind: 'PERSON', orcid: ORCID }), entry(), world)).toBe(true);
    expect(recentCollaboration(of({ kind: 'PERSON', orcid: OTHER_ORCID }), entry(), world)).toBe(false);
    expect(recentCollaboration(of({ kind: 'ACHIEVEMENT', achievementId: 'a' }), entry(), world)).toBe(true);
    expect(recentCollaboration(of({ kind: 'ACHIEVEMENT', achievementId: 'b' }), entry(), world)).toBe(false);
  });

  it('counts common inventorship in another achievement, by ORCID iD or by name within the institution', () => {
    expect(recentCollaboration(reviewer({ coInventors: new Set([ORCID]) }), entry(), world)).toBe(true);
    expect(
      recentCollaboration(
        reviewer({ coInventors: new Set([coInventorKey(nameKey('李四'), 'institute')]) }),
        entry(),
        world,
      ),
    ).toBe(true);
    expect(
      recentCollaboration(
        reviewer({ coInventors: new Set([coInventorKey(nameKey('李四'), 'works')]) }),
        entry(),
        world,
      ),
    ).toBe(false);
  });

  it('takes a declared conflict whatever its age, and keeps it apart from collaborations', () => {
    const declared = reviewer({ declarations: [tie({ organisationId: 'institute' })] });
    expect(declaredConflict(declared, entry(), world)).toBe(true);
    expect(recentCollaboration(declared, entry(), world)).toBe(false);
    expect(
      declaredConflict(
        reviewer({ declarations: [tie({ relation: 'COLLABORATION', organisationId: 'institute' })] }),
        entry(),
        world,
      ),
    ).toBe(false);
  });

  it('gives every reason, in one order, and none to a stranger', () => {
    const tied = reviewer({
      accountId: 'lister',
      orcid: ORCID,
      organisations: new Set(['institute', 'holding']),
      declarations: [
        tie({ kind: 'ACHIEVEMENT', achievementId: 'a' }),
        tie({ relation: 'COLLABORATION', kind: 'PERSON', orcid: ORCID }),
      ],
    });
    expect(conflictReasons(tied, entry(), world)).toEqual([
      'SAME_ORGANISATION',
      'ORGANISATION_FAMILY',
      'OWN_ACHIEVEMENT',
      'CO_INVENTOR',
      'COLLABORATION',
      'DECLARED',
    ]);
    expect(conflictReasons(reviewer(), entry(), world)).toEqual([]);
  });

  it('counts calendar months back, to the last day of a shorter month', () => {
    expect(monthsBefore(new Date('2026-11-23T10:00:00Z'), 48)).toBe('2022-11-23');
    expect(monthsBefore(new Date('2028-02-29T00:00:00Z'), 48)).toBe('2024-02-29');
    expect(monthsBefore(new Date('2026-12-31T00:00:00Z'), 1)).toBe('2026-11-30');
    expect(monthsBefore(new Date('2027-02-28T15:59:59Z'), 12)).toBe('2026-02-28');
    // Half past midnight in Beijing is the next day, and here the next month.
    expect(monthsBefore(new Date('2027-02-28T16:30:00Z'), 12)).toBe('2026-03-01');
  });
});
