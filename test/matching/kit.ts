import { newId, toGlobalId } from '../../src/lib/ids.js';
import type { Localized } from '../../src/kernel/localized.js';
import type { TestApp } from '../harness.js';
import type { SeededOrganisation, SeededPerson } from '../seed.js';

export interface Seeded {
  /** Global id of the profile or demand. */
  id: string;
  uuid: string;
}

export interface Investment {
  company?: string;
  industry?: string | null;
  region?: string | null;
  stage?: string | null;
  amount?: string | null;
  date: string;
  coInvestors?: Array<{ name: string; organisationId: string | null }>;
}

/** Inserts an investor profile directly into the database. */
export async function investor(
  t: TestApp,
  organisation: SeededOrganisation,
  wish: {
    thesis?: Localized;
    wanted?: string[];
    excluded?: string[];
    regions?: string[];
    stages?: string[];
    ticket?: [string, string];
    trl?: [number, number];
    modes?: string[];
    track?: Investment[];
    status?: string;
  } = {},
): Promise<Seeded> {
  const uuid = newId();
  const now = t.app.clock();
  await t.sql(
    `INSERT INTO investor_profile (
       id, organisation_id, thesis, trl_min, trl_max, funding_stages, ticket_min, ticket_max, ticket_currency,
       region_codes, cooperation_modes, status, revision, created_at, updated_at
     )
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1, $13, $13)`,
    [
      uuid,
      organisation.uuid,
      wish.thesis ? JSON.stringify(wish.thesis) : null,
      wish.trl?.[0] ?? null,
      wish.trl?.[1] ?? null,
      wish.stages ?? [],
      wish.ticket?.[0] ?? null,
      wish.ticket?.[1] ?? null,
      wish.ticket ? 'CNY' : null,
      wish.regions ?? [],
      wish.modes ?? [],
      wish.status ?? 'ACTIVE',
      now,
    ],
  );
  for (const [codes, wanted] of [
    [wish.wanted ?? [], true],
    [wish.excluded ?? [], false],
  ] as const) {
    await t.sql(
      `INSERT INTO investor_industry (investor_id, industry_code, wanted) SELECT $1, unnest($2::text[]), $3`,
      [uuid, codes, wanted],
    );
  }
  for (const [i, one] of (wish.track ?? []).entries()) await invest(t, uuid, { company: `被投企业${i + 1}`, ...one });
  return { id: toGlobalId('InvestorProfile', uuid), uuid };
}

/** Inserts a past investment of a profile (given by its UUID). */
export async function invest(t: TestApp, investorUuid: string, one: Investment): Promise<void> {
  await t.sql(
    `INSERT INTO track_record (
       id, investor_id, company, company_key, industry_code, region_code, stage, amount, currency, invested_on,
       co_investors, created_at
     )
     VALUES ($1, $2, $3, lower($3), $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      newId(),
      investorUuid,
      one.company ?? '某企业',
      one.industry ?? null,
      one.region ?? null,
      one.stage ?? null,
      one.amount ?? null,
      one.amount ? 'CNY' : null,
      one.date,
      JSON.stringify(one.coInvestors ?? []),
      t.app.clock(),
    ],
  );
  // The named organisations agree; tests of consent write without it.
  await confirmMentions(t);
}

/** Confirms all that parties say of each other so far. */
export async function confirmMentions(t: TestApp): Promise<void> {
  await t.sql(`UPDATE mention SET status = 'CONFIRMED', answered_at = now() WHERE status = 'PENDING'`);
}

/** Inserts a talent profile directly into the database. */
export async function talent(
  t: TestApp,
  person: SeededPerson,
  wish: {
    kind?: string;
    headline?: Localized;
    skills?: Localized[];
    industries?: string[];
    orcid?: string;
    visibility?: string;
    status?: string;
    days?: number;
    roles?: string[];
    regions?: string[];
  } = {},
): Promise<Seeded> {
  const uuid = newId();
  await t.sql(
    `INSERT INTO talent_profile (
       id, account_id, kind, headline, skills, orcid, days_per_month, region_codes, languages, roles, visibility,
       status, verification, revision, created_at, updated_at
     )
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '{zh,en}', $9, $10, $11, 'UNVERIFIED', 1, $12, $12)`,
    [
      uuid,
      person.accountId,
      wish.kind ?? 'SCIENCE',
      JSON.stringify(wish.headline ?? { zh: '人才', en: 'A talent' }),
      JSON.stringify(wish.skills ?? []),
      wish.orcid ?? null,
      wish.days ?? null,
      wish.regions ?? [],
      wish.roles ?? [],
      wish.visibility ?? 'PUBLIC',
      wish.status ?? 'ACTIVE',
      t.app.clock(),
    ],
  );
  await t.sql(`INSERT INTO talent_industry (talent_id, industry_code) SELECT $1, unnest($2::text[])`, [
    uuid,
    wish.industries ?? [],
  ]);
  return { id: toGlobalId('TalentProfile', uuid), uuid };
}

/** Inserts an enterprise's demand directly into the database. */
export async function demand(
  t: TestApp,
  organisation: SeededOrganisation,
  wish: {
    title?: Localized;
    industries?: string[];
    deadline?: string;
    requiredTrl?: number;
    budget?: [string, string];
  } = {},
): Promise<Seeded> {
  const uuid = newId();
  await t.sql(
    `INSERT INTO demand (
       id, organisation_id, title, deadline, required_trl, budget_min, budget_max, budget_currency, status,
       revision, created_at, updated_at
     )
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'OPEN', 1, $9, $9)`,
    [
      uuid,
      organisation.uuid,
      JSON.stringify(wish.title ?? { zh: '需求', en: 'A need' }),
      wish.deadline ?? null,
      wish.requiredTrl ?? null,
      wish.budget?.[0] ?? null,
      wish.budget?.[1] ?? null,
      wish.budget ? 'CNY' : null,
      t.app.clock(),
    ],
  );
  await t.sql(`INSERT INTO demand_industry (demand_id, industry_code) SELECT $1, unnest($2::text[])`, [
    uuid,
    wish.industries ?? [],
  ]);
  return { id: toGlobalId('Demand', uuid), uuid };
}

export interface MatchNode {
  score: number;
  rank: number;
  modelVersion: string;
  reasons: Array<{ code: string; contribution: number; evidence: { value: string } }>;
  achievement: { id: string };
  counterpart: { __typename: string; id: string };
  viewerFeedback: { action: string; reasonCode: string | null } | null;
  otherSideInterested: boolean;
}
export interface MatchPage {
  totalCount: number;
  modelVersion: string;
  hints: Array<{ code: string; text: { value: string } }>;
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
  nodes: MatchNode[];
}

export const MATCHES = `totalCount modelVersion hints { code text { value } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  nodes { score rank modelVersion reasons { code contribution evidence { value } } achievement { id } counterpart { __typename ... on InvestorProfile { id } ... on TalentProfile { id } ... on Demand { id } }
    viewerFeedback { action reasonCode } otherSideInterested }`;

/** A node's list of matches as the person sees it; null if the person may not see it. */
export async function matches(
  t: TestApp,
  person: SeededPerson | null,
  node: { id: string },
  list: string,
  args = 'first: 20',
): Promise<MatchPage | null> {
  const type =
    { investorMatches: 'Achievement', talentMatches: 'Achievement', demandMatches: 'Achievement' }[list] ?? '';
  const on = type === '' ? ['InvestorProfile', 'TalentProfile', 'Demand'] : [type];
  const { node: found } = await t.gql<{ node: Record<string, MatchPage | null> | null }>(
    `query ($id: ID!) { node(id: $id) { ${on.map((name) => `... on ${name} { ${list}(${args}) { ${MATCHES} } }`).join(' ')} } }`,
    { id: node.id },
    person ? { token: person.token } : {},
  );
  return found?.[list] ?? null;
}
