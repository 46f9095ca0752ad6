import type { GraphQLReply, TestApp } from '../harness.js';
import { seed, type SeededOrganisation, type SeededPerson } from '../seed.js';

export const PROFILE = `id status statusReason revision viewerCanEdit thesis { value zh en } fundingStages cooperationModes
  trl { min max } ticket { min max currency } industries { code } excludedIndustries { code } regions { code } organisation { id }`;

export interface Profile {
  id: string;
  status: string;
  statusReason: string | null;
  revision: number;
  viewerCanEdit: boolean;
  thesis: { value: string; zh: string | null; en: string | null } | null;
  fundingStages: string[];
  cooperationModes: string[];
  trl: { min: number | null; max: number | null } | null;
  ticket: { min: string | null; max: string | null; currency: string } | null;
  industries: Array<{ code: string }>;
  excludedIndustries: Array<{ code: string }>;
  regions: Array<{ code: string }>;
  organisation: { id: string };
}

export const RECORD = `id revision company stage investedOn externalId industry { code } region { code } amount { amount currency } coInvestors { name organisation { id } }`;

export interface Track {
  id: string;
  revision: number;
  company: string;
  stage: string | null;
  investedOn: string;
  externalId: string | null;
  industry: { code: string } | null;
  region: { code: string } | null;
  amount: { amount: string; currency: string } | null;
  coInvestors: Array<{ name: string; organisation: { id: string } | null }>;
}

export type Mutated = GraphQLReply<Record<string, { profile: Profile } & { record: Track } & { removedId: string }>>;

/** Sends a mutation with one input; returns the response. */
export function mutate(
  t: TestApp,
  person: SeededPerson | null,
  name: string,
  input: Record<string, unknown>,
): Promise<Mutated> {
  const type = ['pauseInvestorProfile', 'resumeInvestorProfile', 'reinstateInvestorProfile'].includes(name)
    ? 'InvestorProfileActionInput'
    : `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  const fields =
    name === 'removeTrackRecord'
      ? 'removedId'
      : name.endsWith('TrackRecord')
        ? `record { ${RECORD} }`
        : `profile { ${PROFILE} }`;
  return t.ask(
    `mutation ($input: ${type}!) { ${name}(input: $input) { ${fields} } }`,
    { input },
    person ? { token: person.token } : {},
  );
}

/** Same as mutate, but fails the test if the mutation is refused. */
export async function done(
  t: TestApp,
  person: SeededPerson,
  name: string,
  input: Record<string, unknown>,
): Promise<{ profile: Profile; record: Track; removedId: string }> {
  const reply = await mutate(t, person, name, input);
  if (reply.errors) throw new Error(JSON.stringify(reply.errors, null, 1));
  return reply.data[name]!;
}

/** Code and reason of a refusal, with its problems in the form `field CODE`. */
export async function refused(
  t: TestApp,
  person: SeededPerson | null,
  name: string,
  input: Record<string, unknown>,
): Promise<{ code: string; reason: string | undefined; problems: string[]; extensions: Record<string, unknown> }> {
  const reply = await mutate(t, person, name, input);
  const first = reply.errors?.[0];
  if (!first) throw new Error('It was accepted.');
  const { code, reason, problems } = first.extensions as {
    code: string;
    reason?: string;
    problems?: Array<{ field: string; code: string }>;
  };
  return {
    code,
    reason,
    problems: (problems ?? []).map((problem) => `${problem.field} ${problem.code}`),
    extensions: first.extensions,
  };
}

/** Creates a verified investor organisation with an owner and a profile. */
export async function investor(
  t: TestApp,
  profile: Record<string, unknown> = {},
  wish: { name?: string; verified?: boolean } = {},
): Promise<{ owner: SeededPerson; organisation: SeededOrganisation; profile: Profile }> {
  const s = seed(t);
  const owner = await s.person();
  const organisation = await s.organisation(owner, { kind: 'INVESTOR', ...wish });
  return {
    owner,
    organisation,
    profile: (await done(t, owner, 'createInvestorProfile', { organisationId: organisation.id, profile })).profile,
  };
}
