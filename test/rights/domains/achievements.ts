import type { AchievementRecord } from '../../../src/achievements/achievement.record.js';
import { replaceAchievements } from '../../../src/achievements/achievement.store.js';
import type { AchievementStatus } from '../../../src/achievements/vocabularies.js';
import { toGlobalId } from '../../../src/lib/ids.js';
import type { SeededOrganisation } from '../../seed.js';
import { fixed, on, short, uploading } from '../cases.js';
import { PUBLIC_WORD, recordOf } from '../records.js';
import { LISTERS, ROLES, VERIFIED, type Role } from '../roles.js';
import type { Actor, Case, Cases, RightsDomain, Subject, Ways, World } from '../types.js';

const insiders = [...LISTERS, 'OPERATOR'] as Role[];

/** Functions that create achievements of the world, by label. */
function makers(w: World) {
  const {
    ids,
    own,
    t,
    markers: { mark },
  } = w;
  const admitted = async (
    label: string,
    institution: SeededOrganisation,
    word: string,
    secrets: Partial<Record<keyof AchievementRecord, string>>,
  ) => {
    const base = recordOf(
      (field) => secrets[field] ?? (field === 'title' || field === 'abstract' ? word : ''),
      `A${w.serial()}`,
    );
    const first = w.stored('ADMITTED', institution, base);
    await w.save([first]);
    // Texts of an earlier revision were never public.
    const before = mark(
      `achievement_revision.record of ${label}`,
      institution === own ? insiders : ['OTHER_OWNER', 'OPERATOR'],
    );
    const note = institution === own ? mark(`achievement_revision.note of ${label}`, insiders) : 'a note';
    // Without the trigger that keeps revisions as they were written.
    await t.app.dataSource.transaction(async (tx) => {
      await tx.query(`SET LOCAL session_replication_role = replica`);
      await tx.query(
        `UPDATE achievement_revision
         SET record = jsonb_set(record, '{summary}', $2::jsonb), note = $3
         WHERE achievement_id = $1`,
        [first.id, { en: before }, note],
      );
    });
    await replaceAchievements(t.app.dataSource.manager, [{ ...first, revision: 2 }]);
    ids[`Achievement ${label}`] = toGlobalId('Achievement', first.id);
    return first.id;
  };
  const hiddenEntry = async (
    label: string,
    status: AchievementStatus,
    institution: SeededOrganisation,
    readers: readonly Role[],
    titleReaders = readers,
    record: Partial<AchievementRecord> = {},
  ) => {
    const base = recordOf(
      (field) => mark(`achievement.${field} of ${label}`, field === 'title' ? titleReaders : readers),
      `H${w.serial()}`,
    );
    const stored = w.stored(status, institution, { ...base, ...record });
    await w.save([stored]);
    ids[`Achievement ${label}`] = toGlobalId('Achievement', stored.id);
    return stored.id;
  };

  return { admitted, hiddenEntry };
}

/** Adds achievements in every state, of OWN and OTHER, with evidence, grants and near-duplicates. */
async function fill(w: World): Promise<void> {
  const { own, other } = w;
  const { mark } = w.markers;
  const { admitted, hiddenEntry } = makers(w);
  const first = await admitted('ADMITTED', own, PUBLIC_WORD, {
    technicalDetail: mark('content REGISTERED of ADMITTED', [...insiders, ...VERIFIED]),
    confidentialDetail: mark('content NDA of ADMITTED', [...insiders, 'INVESTOR']),
    externalId: mark('achievement.external_id of ADMITTED', insiders),
  });
  const second = await admitted('ADMITTED without grant', own, 'hafnium', {
    technicalDetail: mark('content REGISTERED of ADMITTED without grant', [...insiders, ...VERIFIED]),
    confidentialDetail: mark('content NDA of ADMITTED without grant', insiders),
  });
  await admitted('ADMITTED of OTHER', other, 'niobium', {
    confidentialDetail: mark('content NDA of ADMITTED of OTHER', ['OTHER_OWNER', 'OPERATOR']),
  });
  const draft = await hiddenEntry('DRAFT', 'DRAFT', own, insiders, insiders, { trl: null });
  const registered = await hiddenEntry('REGISTERED', 'REGISTERED', own, insiders, [...insiders, 'OTHER_OWNER']);
  for (const status of ['UNDER_REVIEW', 'CULTIVATING', 'RETIRED', 'WITHDRAWN'] as const) {
    // A retired achievement stays in the public list of its cohort's admissions.
    await hiddenEntry(status, status, own, insiders, status === 'RETIRED' ? [...ROLES] : insiders);
  }
  await hiddenEntry('DRAFT of OTHER', 'DRAFT', other, ['OTHER_OWNER', 'OPERATOR']);
  const twin = await hiddenEntry(
    'REGISTERED of OTHER',
    'REGISTERED',
    other,
    ['OTHER_OWNER', 'OPERATOR'],
    ['OTHER_OWNER', ...insiders],
  );

  const takenBack = await hiddenEntry('WITHDRAWN of OTHER', 'WITHDRAWN', other, ['OTHER_OWNER', 'OPERATOR']);

  await addEvidence(w, first, draft);
  await addGrants(w, first, second);
  const near = (similarity: number, ...pair: [string, string]) =>
    w.insert('near_duplicate', {
      a_id: pair.sort()[0],
      b_id: pair[1],
      similarity,
      evidence: 'TITLE',
      created_at: w.t.app.clock(),
    });
  w.ids['NearDuplicate'] = toGlobalId('NearDuplicate', await near(0.9, registered, twin));
  await near(0.8, registered, takenBack);

  // The personal data export of every account lists its own acts, including their reasons.
  await w.t.gql(
    `mutation ($input: AchievementActionInput!) { withdrawAchievement(input: $input) { achievement { id } } }`,
    {
      input: {
        id: toGlobalId('Achievement', await w.entry('DRAFT')),
        reason: mark('ledger_record.facts', ['OWN_OWNER']),
      },
    },
    { token: w.actors.OWN_OWNER.token },
  );
}

/** Adds evidence of every tier, to a public achievement and to a draft. */
async function addEvidence(w: World, first: string, draft: string): Promise<void> {
  const { ids, markers, t } = w;
  const { mark } = markers;
  for (const [label, id] of [
    ['ADMITTED', first],
    ['DRAFT', draft],
  ] as const) {
    for (const tier of ['PUBLIC', 'REGISTERED', 'NDA'] as const) {
      const readers =
        label === 'DRAFT'
          ? insiders
          : tier === 'PUBLIC'
            ? [...ROLES]
            : tier === 'REGISTERED'
              ? [...insiders, ...VERIFIED]
              : [...insiders, 'INVESTOR' as const];
      const fileId = await w.evidence(id, tier, mark(`evidence ${tier} of ${label}`, readers));
      ids[`EvidenceFile ${tier} of ${label}`] = toGlobalId('EvidenceFile', fileId);
      const [file] = await t.sql<{ sha256: string }>(`SELECT sha256 FROM evidence_file WHERE id = $1`, [fileId]);
      markers.adopt(`evidence_file.sha256 ${tier} of ${label}`, file!.sha256, readers);
    }
  }
}

/** Adds a granted NDA of INVESTOR and a requested one of OTHER. */
async function addGrants(w: World, first: string, second: string): Promise<void> {
  const { ids, investor, other, t } = w;
  const { mark } = w.markers;
  const now = t.app.clock();
  const nda = (achievementId: string, organisation: SeededOrganisation, status: string, message: string) =>
    w.insert('nda_grant', {
      achievement_id: achievementId,
      organisation_id: organisation.uuid,
      status,
      message,
      requested_at: now,
      decided_at: status === 'GRANTED' ? now : null,
    });
  ids['NdaGrant of INVESTOR'] = toGlobalId(
    'NdaGrant',
    await nda(first, investor, 'GRANTED', mark('nda_grant.message of INVESTOR', [...insiders, 'INVESTOR'])),
  );
  ids['NdaGrant of OTHER'] = toGlobalId(
    'NdaGrant',
    await nda(second, other, 'REQUESTED', mark('nda_grant.message of OTHER', [...insiders, 'OTHER_OWNER'])),
  );
}

function subjects({ node, below }: Ways): Subject[] {
  const entry = 'achievement(id: $id)';
  const tiers = (label: string) =>
    (['PUBLIC', 'REGISTERED', 'NDA'] as const).map((tier) =>
      below('TieredContent', `${tier} of ${label}`, `Achievement ${label}`, entry, `content(tier: ${tier})`),
    );
  return [
    ...['DRAFT', 'REGISTERED', 'ADMITTED', 'RETIRED', 'ADMITTED of OTHER', 'REGISTERED of OTHER'].map((label) =>
      below('Achievement', label, `Achievement ${label}`, entry),
    ),
    ...tiers('DRAFT'),
    ...tiers('ADMITTED'),
    ...tiers('ADMITTED without grant'),
    ...['PUBLIC of DRAFT', 'PUBLIC of ADMITTED', 'REGISTERED of ADMITTED', 'NDA of ADMITTED'].map((label) =>
      node('EvidenceFile', label),
    ),
    below('AchievementRevision', 'ADMITTED', 'Achievement ADMITTED', entry, 'revisions'),
    below('MissingField', 'DRAFT', 'Achievement DRAFT', entry, 'missing'),
    below('DuplicateOf', 'REGISTERED', 'Achievement REGISTERED', entry, 'nearDuplicatesOf'),
    below('IpRight', 'ADMITTED', 'Achievement ADMITTED', entry, 'ipRights'),
    below('Cooperation', 'ADMITTED', 'Achievement ADMITTED', entry, 'cooperationModes'),
    below('Inventor', 'ADMITTED', 'Achievement ADMITTED', entry, 'inventors'),
    below('FieldChange', 'ADMITTED', 'Achievement ADMITTED', 'compareRevisions(id: $id, from: 1, to: 2)'),
    node('NdaGrant', 'of INVESTOR'),
    node('NdaGrant', 'of OTHER'),
    node('NearDuplicate'),
  ];
}

function queries(w: World): Cases {
  const { ids } = w;
  const achievements = Object.keys(ids).filter((label) => label.startsWith('Achievement '));
  return {
    achievement: achievements.map((label) => fixed(short(label), { id: ids[label] })),
    achievements: [
      fixed('all'),
      fixed('DRAFT', { filter: { statuses: ['DRAFT'] } }),
      fixed('REGISTERED of OTHER', { filter: { statuses: ['REGISTERED'], institutionId: w.other.id } }),
      fixed('ADMITTED of OWN', { filter: { statuses: ['ADMITTED'], institutionId: w.own.id } }),
    ],
    compareRevisions: ['Achievement ADMITTED', 'Achievement ADMITTED of OTHER', 'Achievement DRAFT'].map((label) =>
      fixed(short(label), { id: ids[label], from: 1, to: label.endsWith('DRAFT') ? 1 : 2 }),
    ),
    nearDuplicates: [fixed('')],
  };
}

function mutations(w: World): Cases {
  const now = () => w.t.app.clock();
  const act = (
    status: AchievementStatus,
    input: Record<string, unknown> = {},
    institution = w.own,
    label: string = status,
  ): Case =>
    on(label, async () => ({ id: toGlobalId('Achievement', await w.entry(status, { institution })), ...input }));
  const evidenceOf = async (status: AchievementStatus) => ({
    id: toGlobalId('EvidenceFile', await w.evidence(await w.entry(status), 'NDA')),
  });
  const organisationOf = (actor: Actor): SeededOrganisation => actor.organisation ?? w.investor;
  const title = { title: { en: 'A title' } };
  return {
    createAchievement: [
      on('OWN', () => ({ institutionId: w.own.id, content: title })),
      on('UNVERIFIED', () => ({ institutionId: w.unverified.id, content: title })),
    ],
    updateAchievement: (['DRAFT', 'REGISTERED', 'ADMITTED'] as const)
      .map((status) => act(status, { revision: 1, content: title }))
      .concat(
        act('DRAFT', { revision: 9, content: title }, w.own, 'DRAFT, stale'),
        act('DRAFT', { revision: 1, content: title }, w.other, 'DRAFT of OTHER'),
      ),
    deleteDraftAchievement: [
      act('DRAFT', { revision: 1 }),
      act('REGISTERED', { revision: 1 }),
      act('DRAFT', { revision: 1 }, w.other, 'DRAFT of OTHER'),
    ],
    registerAchievement: [act('DRAFT'), act('DRAFT', {}, w.unverified, 'DRAFT of UNVERIFIED')],
    withdrawAchievement: [act('REGISTERED')],
    reopenAchievement: [act('WITHDRAWN')],
    retireAchievement: [act('ADMITTED')],
    reinstateAchievement: [act('RETIRED')],
    revokeAdmission: [act('ADMITTED', { reason: 'a mistake' })],
    dismissDuplicate: [
      on('NearDuplicate', async () => {
        const [a, b] = [await w.entry('REGISTERED'), await w.entry('REGISTERED', { institution: w.other })].sort();
        return {
          id: toGlobalId(
            'NearDuplicate',
            await w.insert('near_duplicate', {
              a_id: a,
              b_id: b,
              similarity: 0.8,
              evidence: 'TITLE',
              created_at: now(),
            }),
          ),
          reason: 'they differ',
        };
      }),
    ],
    requestNda: [
      on('ADMITTED, for the viewer’s organisation', async (actor) => ({
        achievementId: toGlobalId('Achievement', await w.entry('ADMITTED')),
        organisationId: organisationOf(actor).id,
      })),
      on('ADMITTED, for INVESTOR', async () => ({
        achievementId: toGlobalId('Achievement', await w.entry('ADMITTED')),
        organisationId: w.investor.id,
      })),
      on('DRAFT, for INVESTOR', async () => ({
        achievementId: toGlobalId('Achievement', await w.entry('DRAFT')),
        organisationId: w.investor.id,
      })),
    ],
    decideNda: [
      on('request of INVESTOR', async () => ({
        id: toGlobalId(
          'NdaGrant',
          await w.insert('nda_grant', {
            achievement_id: await w.entry('ADMITTED'),
            organisation_id: w.investor.uuid,
            status: 'REQUESTED',
            requested_at: now(),
          }),
        ),
        grant: true,
      })),
    ],
    addEvidence: (['DRAFT', 'ADMITTED'] as const).map((status) =>
      uploading(status, results, async () => ({
        achievementId: toGlobalId('Achievement', await w.entry(status)),
        tier: 'NDA',
      })),
    ),
    removeEvidence: (['DRAFT', 'ADMITTED'] as const).map((status) => on(status, () => evidenceOf(status))),
  };
}

const results = { name: 'results.csv', content: '标题,摘要\n一项成果,一段摘要\n' };

/** Achievements with their contents by tier, evidence, grants and near-duplicates. */
export const achievements: RightsDomain = {
  fill,
  subjects,
  queries,
  mutations,
  valueTypes: {
    Keywords: 'two lists of words, as visible as the field that gives them',
    AchievementStatusCount: 'a number, as visible as the achievements that it counts',
    FundingNeed: 'a range, as visible as the field that gives it',
  },
  unmarked: {
    'a code of a closed list': [
      'achievement.attribute',
      'achievement.category',
      'achievement.funding_currency',
      'achievement.region_code',
      'achievement.stage',
      'achievement.status',
      'achievement_content.tier',
      'achievement_cooperation.licence_kind',
      'achievement_cooperation.mode',
      'achievement_industry.industry_code',
      'achievement_strategic_area.area_code',
      'evidence_file.media_type',
      'evidence_file.tier',
      'ip_right.status',
      'ip_right.type',
      'nda_grant.status',
      'near_duplicate.evidence',
    ],
    'a digest, selected by no query of the API': [
      'achievement.record_hash',
      'achievement.text_bands',
      'achievement.title_bands',
    ],
    'has a check digit; shown with inventor.name, which is marked': ['inventor.orcid'],
  },
};
