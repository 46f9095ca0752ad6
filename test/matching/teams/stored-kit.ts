import { newId, toGlobalId } from '../../../src/lib/ids.js';
import type { TestApp } from '../../harness.js';
import type { SeededPerson } from '../../seed.js';

export interface SeededTalent extends SeededPerson {
  talentId: string;
  /** Global id of the talent profile. */
  talent: string;
}

export interface TalentWish {
  kind?: 'SCIENCE' | 'MARKET' | 'BRIDGE';
  industries?: string[];
  visibility?: string;
  status?: string;
  orcid?: string;
  skills?: string[];
  evidence?: Array<{ kind: string; achievementId?: string }>;
}

/** Inserts a person with a talent profile directly into the database; public and active by default. */
export async function talent(
  t: TestApp,
  person: SeededPerson,
  {
    kind = 'SCIENCE',
    industries = ['3239'],
    visibility = 'PUBLIC',
    status = 'ACTIVE',
    orcid,
    skills = [],
    evidence = [],
  }: TalentWish = {},
): Promise<SeededTalent> {
  const id = newId();
  const now = t.app.clock();
  await t.app.dataSource.transaction(async (tx) => {
    await tx.query(
      `INSERT INTO talent_profile (
         id, account_id, kind, headline, skills, orcid, days_per_month, languages, visibility, status, verification,
         revision, created_at, updated_at
       )
       VALUES ($1, $2, $3, $4, $5, $6, 10, '{zh}', $7, $8, 'UNVERIFIED', 1, $9, $9)`,
      [
        id,
        person.accountId,
        kind,
        JSON.stringify({ zh: `${kind} ${person.displayName}` }),
        JSON.stringify(skills.map((zh) => ({ zh }))),
        orcid ?? null,
        visibility,
        status,
        now,
      ],
    );
    for (const code of industries)
      await tx.query(`INSERT INTO talent_industry (talent_id, industry_code) VALUES ($1, $2)`, [id, code]);
    let position = 0;
    for (const one of evidence) {
      position += 1;
      await tx.query(
        `INSERT INTO talent_evidence (id, talent_id, kind, title, achievement_id, position)
         VALUES ($1, $2, $3, '{"zh":"证明"}', $4, $5)`,
        [newId(), id, one.kind, one.achievementId ?? null, position],
      );
    }
    // The named parties agree; tests of consent write without it.
    await tx.query(`UPDATE mention SET status = 'CONFIRMED' WHERE status = 'PENDING'`);
  });
  return { ...person, talentId: id, talent: toGlobalId('TalentProfile', id) };
}

export const TEAM = `id status formedAt dissolvedFor reason viewerCanInvite viewerCanDissolve viewerCanAccept
  members { status talent { id } } assessment { value terms { code contribution } members { contribution talent { id } needs { code key degree adds by { by value count } } } needs { code key weight covered contribution label { value } evidence { source value weight } } missing { code } }`;

export interface TeamShown {
  id: string;
  status: string;
  formedAt: string | null;
  dissolvedFor: string | null;
  reason: string | null;
  viewerCanInvite: boolean;
  viewerCanDissolve: boolean;
  viewerCanAccept: boolean;
  members: Array<{ status: string; talent: { id: string } | null }>;
  assessment: AssessmentShown | null;
}

export interface AssessmentShown {
  value: number;
  terms: Array<{ code: string; contribution: number }>;
  members: Array<{
    contribution: number;
    talent: { id: string } | null;
    needs: Array<{
      code: string;
      key: string | null;
      degree: number;
      adds: number;
      by: Array<{ by: string; value: string | null }>;
    }>;
  }>;
  needs: Array<{
    code: string;
    key: string | null;
    weight: number;
    covered: number;
    contribution: number;
    label: { value: string };
    evidence: Array<{ source: string; value: string | null }> | null;
  }>;
  missing: Array<{ code: string }>;
}

export const PROPOSALS = `query ($id: ID!, $first: Int, $size: Int) { node(id: $id) { ... on Achievement { teamProposals(first: $first, size: $size) {
  candidates outside outsideBound provedBest modelVersion
  teams { value terms { code contribution } members { contribution talent { id } needs { code key degree adds by { by value count } } } needs { code key weight covered contribution label { value } evidence { source value weight } } missing { code } } } } } }`;

export interface ProposalsShown {
  node: {
    teamProposals: {
      candidates: number;
      outside: number;
      outsideBound: number | null;
      provedBest: boolean;
      modelVersion: string;
      teams: AssessmentShown[];
    } | null;
  } | null;
}

export const PROPOSE = `mutation ($input: ProposeTeamInput!) { proposeTeam(input: $input) { team { ${TEAM} } } }`;
export const INVITE = `mutation ($input: InviteTeamInput!) { inviteTeam(input: $input) { team { ${TEAM} } } }`;
export const ANSWER = `mutation ($input: AnswerTeamInvitationInput!) { answerTeamInvitation(input: $input) { team { ${TEAM} } } }`;
export const DISSOLVE = `mutation ($input: DissolveTeamInput!) { dissolveTeam(input: $input) { team { ${TEAM} } } }`;
export const LIFT = `mutation ($input: LiftTeamRefusalInput!) { liftTeamRefusal(input: $input) { lifted } }`;
