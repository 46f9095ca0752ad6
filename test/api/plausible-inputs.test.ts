import { getNamedType, isInputObjectType, type GraphQLInputField } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSchema } from '../../src/graphql/schema.js';
import { composition } from '../../src/modules.js';
import { momentProblem, yearProblem } from '../../src/lib/day.js';
import { newId, toGlobalId } from '../../src/lib/ids.js';
import { startTestApp, type TestApp } from '../harness.js';
import { investor } from '../matching/kit.js';
import { seed, type Seed, type SeededPerson } from '../seed.js';

/** Issue 15, point 13: no input takes a date or a year that cannot be meant, such as 2099 or 1200. */

let t: TestApp;
let s: Seed;
let operator: SeededPerson;
let fields: Map<string, GraphQLInputField>;

beforeAll(async () => {
  t = await startTestApp({ worker: false });
  s = seed(t);
  operator = await s.person({ operator: true });
  const schema = await createSchema(composition);
  fields = new Map(
    Object.values(schema.getTypeMap())
      .filter(isInputObjectType)
      .flatMap((type) =>
        Object.values(type.getFields()).map((field) => [`${type.name}.${field.name}`, field] as const),
      ),
  );
});
afterAll(() => t.close());

/** A date, moment or year, by the name and the scalar of the field, or by its description. */
const isDated = ({ name, type, description }: GraphQLInputField): boolean => {
  const scalar = getNamedType(type).name;
  if (scalar === 'DateTimeISO') return true;
  if (scalar === 'Int') return /^years?$/.test(name);
  return scalar === 'String' && (/YYYY-MM-DD/.test(description ?? '') || /(On|Until|deadline|[a-z]Date)$/.test(name));
};

const narrowing = 'narrows a list, and stores nothing';
const NOT_STORED: Record<string, string> = {
  'AchievementSearchFilter.years': narrowing,
  'AchievementListFilter.updatedSince': narrowing,
  'DemandFilter.openUntil': narrowing,
};

interface Probe {
  mutation: string;
  input: (value: string | number) => object;
  who?: () => Promise<SeededPerson> | SeededPerson;
  /** The value is a year, a day or a moment. */
  as: 'YEAR' | 'DAY' | 'MOMENT';
}
const anOrganisation = async (kind: 'UNIVERSITY' | 'ENTERPRISE' | 'INVESTOR') => {
  const owner = await s.person();
  return { owner, organisation: await s.organisation(owner, { kind: kind as never }) };
};
let own: Awaited<ReturnType<typeof anOrganisation>>;
let enterprise: Awaited<ReturnType<typeof anOrganisation>>;
let profile: string;
const reviewer = async () => {
  const who = await s.person();
  await t.sql(
    `INSERT INTO reviewer (id, account_id, dimensions, status, created_at)
     VALUES ($1, $2, '{TECHNICAL_CONTENT}', 'ACTIVE', now())`,
    [newId(), who.accountId],
  );
  return who;
};

const PROBES: Record<string, Probe> = {
  'AchievementInput.registeredOn': {
    mutation: 'createAchievement',
    as: 'DAY',
    input: (registeredOn) => ({
      institutionId: enterprise.organisation.id,
      content: { title: { en: 'A result' }, registeredOn },
    }),
    who: () => enterprise.owner,
  },
  'AssignBoundaryRoundInput.dueAt': {
    mutation: 'assignBoundaryRound',
    as: 'MOMENT',
    input: (dueAt) => ({ cohortId: toGlobalId('Cohort', newId()), round: 1, dueAt }),
  },
  'AssignReviewersInput.dueAt': {
    mutation: 'assignReviewers',
    as: 'MOMENT',
    input: (dueAt) => ({ cohortId: toGlobalId('Cohort', newId()), dueAt }),
  },
  'CreateApiKeyInput.expiresAt': {
    mutation: 'createApiKey',
    as: 'MOMENT',
    input: (expiresAt) => ({ name: 'a key', scopes: ['READ'], expiresAt }),
  },
  'CreateCohortInput.year': { mutation: 'createCohort', as: 'YEAR', input: (year) => ({ year }) },
  'DeclareTieInput.endedOn': {
    mutation: 'declareTie',
    as: 'DAY',
    input: (endedOn) => ({
      kind: 'ORGANISATION',
      relation: 'COLLABORATION',
      organisationId: own.organisation.id,
      endedOn,
    }),
    who: reviewer,
  },
  'DemandInput.deadline': {
    mutation: 'createDemand',
    as: 'DAY',
    input: (deadline) => ({
      organisationId: enterprise.organisation.id,
      content: { title: { en: 'A need' }, deadline },
    }),
    who: () => enterprise.owner,
  },
  'ReviewerDocumentInput.year': {
    mutation: 'setReviewerDocuments',
    as: 'YEAR',
    input: (year) => ({ documents: [{ title: 'A paper', year }] }),
    who: reviewer,
  },
  'SetCurrencyRateInput.asOf': {
    mutation: 'setCurrencyRate',
    as: 'DAY',
    input: (asOf) => ({ currency: 'USD', cnyPerUnit: 7.1, asOf }),
  },
  'TalentEvidenceInput.year': {
    mutation: 'setTalentEvidence',
    as: 'YEAR',
    input: (year) => ({ revision: 1, evidence: [{ kind: 'PAPER', title: { en: 'A paper' }, year }] }),
  },
  'TalentProfileInput.availableFrom': {
    mutation: 'createTalentProfile',
    as: 'DAY',
    input: (availableFrom) => ({ profile: { kind: 'MARKET', availableFrom } }),
  },
  'TrackRecordInput.investedOn': {
    mutation: 'addTrackRecord',
    as: 'DAY',
    input: (investedOn) => ({
      investorId: profile,
      record: { company: 'A company', investedOn, industryCode: '35' },
    }),
    who: () => own.owner,
  },
};

describe('every input of a date or year', () => {
  it('is probed below, or stores nothing', () => {
    const dated = [...fields].filter(([, field]) => isDated(field)).map(([name]) => name);
    expect(dated.length).toBeGreaterThan(8);
    expect(dated.sort()).toEqual([...Object.keys(PROBES), ...Object.keys(NOT_STORED)].sort());
  });

  it.each(Object.entries(PROBES))('%s takes neither 2099 nor 1200', async (name, { mutation, input, who, as }) => {
    if (!own) {
      own = await anOrganisation('INVESTOR');
      enterprise = await anOrganisation('ENTERPRISE');
      profile = (await investor(t, own.organisation, { wanted: ['3562'] })).id;
    }
    const person = who ? await who() : operator;
    const type = name.slice(0, name.indexOf('.'));
    const argument = /Input$/.test(type) && fields.has(name) ? inputTypeOf(mutation) : type;
    for (const year of [2099, 1200]) {
      const value = as === 'YEAR' ? year : as === 'DAY' ? `${year}-06-01` : `${year}-06-01T00:00:00Z`;
      const reply = await t.ask(
        `mutation ($input: ${argument}!) { ${mutation}(input: $input) { __typename } }`,
        { input: input(value) },
        { token: person.token },
      );
      const said = JSON.stringify(reply.errors ?? null);
      expect(reply.errors?.[0]?.extensions.code, `${name} = ${value}: ${said}`).toBe('BAD_USER_INPUT');
      expect(said).toContain(name.slice(name.indexOf('.') + 1));
      expect(said).toMatch(/OUT_OF_RANGE|TOO_EARLY|TOO_LATE|FUTURE_DATE|IN_THE_PAST|BAD_DATE|PAST/);
    }
  });
});

/** Name of the input type of a mutation, by the convention of the schema. */
const inputTypeOf = (mutation: string): string => `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;

describe('the bounds', () => {
  it('are inclusive on both sides', () => {
    expect([1989, 1990, 2031, 2032, 2026.5].map((year) => yearProblem(year, 2026, 1990, 5)?.code ?? null)).toEqual([
      'OUT_OF_RANGE',
      null,
      null,
      'OUT_OF_RANGE',
      'OUT_OF_RANGE',
    ]);
    const now = new Date('2026-12-01T00:00:00Z');
    const codeOf = (at: string) => momentProblem(new Date(at), now, 2)?.code ?? null;
    expect(
      ['2026-12-01T00:00:00Z', '2026-12-01T00:00:01Z', '2028-12-01T00:00:00Z', '2028-12-01T00:00:01Z', 'x'].map(codeOf),
    ).toEqual(['IN_THE_PAST', null, null, 'TOO_LATE', 'BAD_DATE']);
  });
});
