import { newId, toGlobalId } from '../../../src/lib/ids.js';
import { DIMENSIONS } from '../../../src/vetting/vocabularies.js';
import { fixed, on } from '../cases.js';
import type { Role } from '../roles.js';
import type { Cases, RightsDomain, Subject, Ways, World } from '../types.js';
import { standing } from '../vetting.rows.js';

/** Creates a reviewer profile, owned by nobody or by REVIEWER. */
export async function reviewerOf(w: World, of: 'nobody' | 'REVIEWER'): Promise<string> {
  const [row] = await w.t.sql<{ id: string }>(`SELECT id FROM reviewer WHERE account_id = $1`, [
    w.actors.REVIEWER.person!.accountId,
  ]);
  if (of === 'REVIEWER') return row!.id;
  const id = newId();
  const who = await w.s.person();
  await standing(w, [
    [
      'reviewer',
      { id, account_id: who.accountId, dimensions: [...DIMENSIONS], status: 'PENDING', created_at: w.t.app.clock() },
    ],
  ]);
  return id;
}

/** Adds two reviewers with their declarations. */
async function fill(w: World): Promise<void> {
  const {
    ids,
    markers: { mark },
    actors,
    t,
  } = w;
  const at = t.app.clock();
  const gid = (label: string, type: string, id: string) => void (ids[label] = toGlobalId(type, id));

  for (const role of ['REVIEWER', 'OTHER_REVIEWER'] as const) {
    const readers: Role[] = [role, 'OPERATOR'];
    const id = newId();
    const declaration = newId();
    await standing(w, [
      [
        'reviewer',
        {
          id,
          account_id: actors[role].person!.accountId,
          organisation_id: w.investor.uuid,
          statement: { en: mark(`reviewer.statement of ${role}`, readers) },
          dimensions: [...DIMENSIONS],
          orcid: mark(`reviewer.orcid of ${role}`, readers),
          status: 'ACTIVE',
          created_at: at,
        },
      ],
      ['reviewer_industry', { reviewer_id: id, industry_code: '35' }],
      [
        'reviewer_document',
        {
          id: newId(),
          reviewer_id: id,
          title: mark(`reviewer_document.title of ${role}`, readers),
          abstract: mark(`reviewer_document.abstract of ${role}`, readers),
          year: 2020,
          position: 1,
        },
      ],
      [
        'reviewer_declaration',
        {
          id: declaration,
          reviewer_id: id,
          kind: 'PERSON',
          relation: 'CONFLICT',
          orcid: mark(`reviewer_declaration.orcid of ${role}`, readers),
          reason: mark(`reviewer_declaration.reason of ${role}`, readers),
          declared_at: at,
        },
      ],
    ]);
    gid(`Reviewer of ${role}`, 'Reviewer', id);
    gid(`ReviewerDeclaration of ${role}`, 'ReviewerDeclaration', declaration);
  }
  await standing(w, [['organisation_family', { parent_id: w.investor.uuid, child_id: w.other.uuid }]]);
}

function subjects({ node, plain }: Ways): Subject[] {
  return [
    node('Reviewer', 'of REVIEWER'),
    node('Reviewer', 'of OTHER_REVIEWER'),
    node('ReviewerDeclaration', 'of REVIEWER'),
    {
      type: 'ReviewerDocument',
      label: 'of REVIEWER',
      steps: ['node(id: $id)', 'documents'],
      within: 'Reviewer',
      variables: node('Reviewer', 'of REVIEWER').variables,
    },
    {
      type: 'ReviewerRecordRow',
      label: 'of REVIEWER',
      steps: ['node(id: $id)', 'record'],
      within: 'Reviewer',
      variables: node('Reviewer', 'of REVIEWER').variables,
    },
    plain('OrganisationFamilyPair', '', 'organisationFamilies'),
  ];
}

const queries = (): Cases => ({
  organisationFamilies: [fixed('')],
  reviewers: [fixed('')],
});

function mutations(w: World): Cases {
  const profile = { dimensions: [DIMENSIONS[0]] };
  const family = async () => {
    const parent = await w.s.organisation(w.stranger);
    return { parentId: parent.id, childId: (await w.s.organisation(w.stranger)).id, parent: parent.uuid };
  };
  return {
    applyAsReviewer: [on('own', () => ({ profile }), { fresh: true })],
    createReviewer: [on('', async () => ({ email: (await w.s.person()).email, profile }))],
    inviteReviewer: [on('', () => ({ email: `invited.reviewer${w.serial()}@example.org` }))],
    updateReviewerProfile: [on('own', () => ({ profile: { maxLoad: 30 } }))],
    setReviewerDocuments: [on('own', () => ({ documents: [{ title: `A document ${w.serial()}` }], append: true }))],
    setReviewerStatus: [
      on('PENDING', async () => ({
        id: toGlobalId('Reviewer', await reviewerOf(w, 'nobody')),
        status: 'SUSPENDED',
        reason: 'unknown',
      })),
    ],
    declareTie: [
      on('own', () => ({ kind: 'ORGANISATION', relation: 'CONFLICT', organisationId: w.other.id, reason: 'a friend' })),
    ],
    retractDeclaration: [
      on('of REVIEWER', async () => {
        const id = newId();
        await standing(w, [
          [
            'reviewer_declaration',
            {
              id,
              reviewer_id: await reviewerOf(w, 'REVIEWER'),
              kind: 'ORGANISATION',
              relation: 'CONFLICT',
              organisation_id: w.unverified.uuid,
              declared_at: w.t.app.clock(),
            },
          ],
        ]);
        return { id: toGlobalId('ReviewerDeclaration', id) };
      }),
    ],
    addOrganisationFamily: [
      on('', async () => {
        const { parentId, childId } = await family();
        return { parentId, childId };
      }),
    ],
    removeOrganisationFamily: [
      on('', async () => {
        const { parentId, childId } = await family();
        return { parentId, childId };
      }),
    ],
  };
}

/** Reviewers, their declarations, and families of organisations, from which conflicts follow. */
export const reviewers: RightsDomain = {
  fill,
  subjects,
  queries,
  mutations,
  unmarked: {
    'a code of a closed list': [
      'reviewer.dimensions',
      'reviewer.status',
      'reviewer_declaration.kind',
      'reviewer_declaration.relation',
      'reviewer_industry.industry_code',
    ],
  },
};
