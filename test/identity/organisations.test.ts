import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededPerson } from '../seed.js';
import { mailTo } from './mailbox.js';

interface Shape {
  id: string;
  verification: string;
  revision: number;
  uscc: string | null;
  ror: string | null;
  website: string | null;
  verificationNote: string | null;
  viewerCanEdit: boolean;
  pendingChange: string | null;
  name: { value: string };
}
const FIELDS =
  'id kind name { value } uscc ror regionCode website verification verificationNote pendingChange revision viewerCanEdit viewerCanVerify';
const CREATE = `mutation($input: CreateOrganisationInput!) { createOrganisation(input: $input) { organisation { ${FIELDS} } } }`;
const UPDATE = `mutation($input: UpdateOrganisationInput!) { updateOrganisation(input: $input) { organisation { ${FIELDS} } } }`;
const VERIFY = `mutation($input: VerifyOrganisationInput!) { verifyOrganisation(input: $input) { organisation { ${FIELDS} } } }`;
const REJECT = `mutation($input: RejectOrganisationInput!) { rejectOrganisation(input: $input) { organisation { ${FIELDS} } } }`;

let t: TestApp;
let s: Seed;
let owner: SeededPerson;
let operator: SeededPerson;
beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  owner = await s.person();
  operator = await s.person({ operator: true });
});
afterAll(() => t.close());

const create = (input: Record<string, unknown>, person = owner) =>
  t.ask<{ createOrganisation: { organisation: Shape } }>(
    CREATE,
    { input: { kind: 'UNIVERSITY', name: { zh: '兰州某大学', en: 'A University' }, ...input } },
    { token: person.token },
  );
const update = (input: Record<string, unknown>, person = owner) =>
  t.ask<{ updateOrganisation: { organisation: Shape } }>(UPDATE, { input }, { token: person.token });
const see = async (id: string, person?: SeededPerson) => {
  const data = await t.gql<{ organisation: unknown; node: unknown }>(
    'query($id: ID!) { organisation(id: $id) { id } node(id: $id) { id } }',
    { id },
    person ? { token: person.token } : {},
  );
  expect(data.node).toEqual(data.organisation);
  return data.organisation !== null;
};

describe('creating an organisation', () => {
  it('makes the viewer its owner and leaves it unseen until an operator verifies it', async () => {
    const reply = await create({
      uscc: '12100000400000624d',
      ror: '03cve4549',
      regionCode: '620100',
      website: 'https://example.edu.cn',
    });
    const { organisation } = reply.data.createOrganisation;
    expect(organisation).toMatchObject({
      verification: 'PENDING',
      revision: 1,
      uscc: '12100000400000624D',
      ror: 'https://ror.org/03cve4549',
      regionCode: '620100',
      website: 'https://example.edu.cn/',
      viewerCanEdit: true,
      viewerCanVerify: false,
    });
    const stranger = await s.person();
    expect(await see(organisation.id, owner)).toBe(true);
    expect(await see(organisation.id, operator)).toBe(true);
    expect(await see(organisation.id, stranger)).toBe(false);
    expect(await see(organisation.id)).toBe(false);

    expect(
      (await t.ask(VERIFY, { input: { id: organisation.id, revision: 1 } }, { token: owner.token })).errors?.[0]
        ?.extensions.code,
    ).toBe('FORBIDDEN');
    await t.gql(VERIFY, { input: { id: organisation.id, revision: 1 } }, { token: operator.token });
    expect(await see(organisation.id)).toBe(true);
    expect((await mailTo(t, owner.email)).subject).toBe('Your organisation is verified');
    const kinds = (
      await t.sql<{ kind: string; actor: string; pseudonym: string }>(
        `SELECT l.kind, l.actor, a.pseudonym
         FROM ledger_record l
         JOIN account a ON a.id = $1
         WHERE l.kind LIKE 'organisation.%'
         ORDER BY l.seq`,
        [owner.accountId],
      )
    ).map((row) => [row.kind, row.actor === row.pseudonym]);
    expect(kinds).toEqual([
      ['organisation.created', true],
      ['organisation.verified', false],
    ]);
  });

  it('refuses a code that another organisation has, unless that one was refused', async () => {
    const first = (await create({ uscc: '91330100799655058B' })).data.createOrganisation.organisation;
    const taken = await create({ uscc: '91330100799655058B' });
    expect(taken.errors?.[0]?.extensions).toMatchObject({ code: 'CONFLICT', reason: 'USCC_TAKEN' });
    expect(taken.errors?.[0]?.message).not.toContain('91330100799655058B');
    await t.gql(REJECT, { input: { id: first.id, revision: 1, note: 'not yours' } }, { token: operator.token });
    expect((await create({ uscc: '91330100799655058B' })).errors).toBeUndefined();
    const back = await update({ id: first.id, revision: 2, website: null });
    expect(back.errors?.[0]?.extensions.reason ?? 'accepted').toBe('accepted');
  });

  it('names every problem at once and repeats no value', async () => {
    const reply = await create({
      name: { zh: ' ' },
      uscc: '12100000400000624X',
      ror: '03cve4540',
      regionCode: '62',
      website: 'javascript:alert(1)',
    });
    expect(reply.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', reason: 'REQUIRED', field: 'name' });
    expect(
      (reply.errors?.[0]?.extensions.problems as Array<{ field: string; code: string }>).map((p) => [p.field, p.code]),
    ).toEqual([
      ['name', 'REQUIRED'],
      ['uscc', 'BAD_USCC'],
      ['ror', 'BAD_ROR'],
      ['regionCode', 'BAD_REGION'],
      ['website', 'BAD_URL'],
    ]);
    expect(JSON.stringify(reply.errors)).not.toMatch(/12100000400000624X|03cve4540|javascript/);
  });

  it('needs a confirmed address', async () => {
    const unconfirmed = await s.person({ confirmed: false });
    expect((await create({}, unconfirmed)).errors?.[0]?.extensions).toMatchObject({
      code: 'FORBIDDEN',
      reason: 'EMAIL_UNCONFIRMED',
    });
    expect(
      (await t.ask(CREATE, { input: { kind: 'UNIVERSITY', name: { en: 'x' } } })).errors?.[0]?.extensions.code,
    ).toBe('UNAUTHENTICATED');
  });

  it('makes one of two calls with one idempotency key, and shows both callers that it is theirs', async () => {
    for (let round = 0; round < 10; round += 1) {
      // The second call starts before the person owns an organisation, so its rights must be read again inside the
      // write.
      const replies = await Promise.all([
        create({ idempotencyKey: `create-once-${round}` }),
        create({ idempotencyKey: `create-once-${round}` }),
      ]);
      expect(replies.map((reply) => reply.errors)).toEqual([undefined, undefined]);
      const [one, two] = replies.map((reply) => reply.data.createOrganisation.organisation);
      expect(two).toEqual(one);
      expect(one!.viewerCanEdit).toBe(true);
    }
  });
});

describe('editing an organisation', () => {
  it('keeps verification for small things and, of a verified one, sets name, code and kind aside for an operator', async () => {
    const { id } = await s.organisation(owner);
    const step = async (changes: Record<string, unknown>, revision: number) =>
      (await update({ id, revision, ...changes })).data.updateOrganisation.organisation;
    expect(await step({ website: 'https://example.org', description: { en: 'Does things.' } }, 1)).toMatchObject({
      verification: 'VERIFIED',
      revision: 2,
      pendingChange: null,
    });
    expect(await step({ website: 'https://example.org' }, 2)).toMatchObject({ verification: 'VERIFIED', revision: 2 });
    const asked = await step({ name: { en: 'Renamed' }, website: null }, 2);
    expect(asked).toMatchObject({
      verification: 'VERIFIED',
      revision: 3,
      website: null,
      pendingChange: 'name.en: Renamed',
    });
    expect(asked.name.value).not.toBe('Renamed');
    expect(await step({ name: { en: 'Renamed' } }, 3)).toMatchObject({ revision: 3 });
    expect(await step({ kind: 'INSTITUTE', uscc: '914403001922038216' }, 3)).toMatchObject({
      kind: 'UNIVERSITY',
      uscc: null,
      revision: 4,
      pendingChange: 'name.en: Renamed\nuscc: 914403001922038216\nkind: INSTITUTE',
    });

    const seen = async (person?: SeededPerson) =>
      (
        await t.gql<{ organisation: Shape }>(
          `query($id: ID!) { organisation(id: $id) { ${FIELDS} } }`,
          { id },
          person ? { token: person.token } : {},
        )
      ).organisation;
    const waiting = async (person?: SeededPerson) =>
      (
        await t.gql<{ organisations: { nodes: Array<{ id: string }> } }>(
          '{ organisations(filter: { hasPendingChange: true }) { nodes { id } } }',
          {},
          person ? { token: person.token } : {},
        )
      ).organisations.nodes.map((node) => node.id);
    expect(await seen()).toMatchObject({ name: asked.name, kind: 'UNIVERSITY', uscc: null, pendingChange: null });
    expect((await seen(operator)).pendingChange).toContain('Renamed');
    expect([await waiting(), await waiting(await s.person()), await waiting(owner), await waiting(operator)]).toEqual([
      [],
      [],
      [id],
      [id],
    ]);

    const verified = await t.gql<{ verifyOrganisation: { organisation: Shape } }>(
      VERIFY,
      { input: { id, revision: 4 } },
      { token: operator.token },
    );
    expect(verified.verifyOrganisation.organisation).toMatchObject({
      name: { value: 'Renamed' },
      kind: 'INSTITUTE',
      uscc: '914403001922038216',
      verification: 'VERIFIED',
      revision: 5,
      pendingChange: null,
    });
    expect(await seen()).toMatchObject({ name: { value: 'Renamed' }, kind: 'INSTITUTE' });
  });

  it('drops a change that an operator refuses, with the note, or that is taken back, and stays verified', async () => {
    const person = await s.person();
    const { id } = await s.organisation(person, { name: 'Checked Name' });
    const change = async (changes: Record<string, unknown>) =>
      (await update({ id, ...changes }, person)).data.updateOrganisation.organisation;
    await change({ revision: 1, name: { en: 'Somebody Famous' } });
    const { rejectOrganisation } = await t.gql<{ rejectOrganisation: { organisation: Shape } }>(
      REJECT,
      { input: { id, revision: 2, note: 'That is not you.' } },
      { token: operator.token },
    );
    expect(rejectOrganisation.organisation).toMatchObject({
      verification: 'VERIFIED',
      name: { value: 'Checked Name' },
      pendingChange: null,
      verificationNote: 'That is not you.',
      revision: 3,
    });
    expect((await mailTo(t, person.email)).text).toMatch(/Checked Name[^]*That is not you\./);
    expect(await change({ revision: 3, kind: 'ENTERPRISE' })).toMatchObject({
      pendingChange: 'kind: ENTERPRISE',
      verificationNote: null,
    });
    expect(await change({ revision: 4, kind: 'UNIVERSITY' })).toMatchObject({
      pendingChange: null,
      verification: 'VERIFIED',
      kind: 'UNIVERSITY',
      revision: 5,
    });
  });

  it('refuses a code that another organisation has, also where it would only wait', async () => {
    const { organisation } = (await create({ uscc: '91110108551385082Q' })).data.createOrganisation;
    expect(organisation.uscc).toBe('91110108551385082Q');
    const { id } = await s.organisation(owner);
    expect((await update({ id, revision: 1, uscc: '91110108551385082Q' })).errors?.[0]?.extensions).toMatchObject({
      code: 'CONFLICT',
      reason: 'USCC_TAKEN',
    });
  });

  it('is a conflict on a stale revision, for editors and operators alike', async () => {
    const { id } = await s.organisation(owner, { verified: false });
    const replies = await Promise.all([
      update({ id, revision: 1, website: 'https://a.example' }),
      update({ id, revision: 1, website: 'https://b.example' }),
    ]);
    const refused = replies.filter((reply) => reply.errors);
    expect(refused).toHaveLength(1);
    expect(refused[0]!.errors?.[0]?.extensions).toMatchObject({
      code: 'CONFLICT',
      reason: 'STALE_REVISION',
      currentRevision: 2,
    });
    const unseen = await t.ask(VERIFY, { input: { id, revision: 1 } }, { token: operator.token });
    expect(unseen.errors?.[0]?.extensions).toMatchObject({
      code: 'CONFLICT',
      reason: 'STALE_REVISION',
      currentRevision: 2,
    });
  });

  it('is for owners: others are refused, strangers do not learn that it exists', async () => {
    const hidden = await s.organisation(owner, { verified: false });
    const editor = await s.member(hidden, 'EDITOR');
    const stranger = await s.person();
    expect((await update({ id: hidden.id, revision: 1, website: null }, editor)).errors?.[0]?.extensions.code).toBe(
      'FORBIDDEN',
    );
    expect((await update({ id: hidden.id, revision: 1, website: null }, stranger)).errors?.[0]?.extensions.code).toBe(
      'NOT_FOUND',
    );
    const open = await s.organisation(owner);
    expect((await update({ id: open.id, revision: 1, website: null }, stranger)).errors?.[0]?.extensions.code).toBe(
      'FORBIDDEN',
    );
  });

  it('brings a refused one back to the operator; its note is for members', async () => {
    const { id, uuid } = await s.organisation(owner, { verified: false });
    await t.gql(
      REJECT,
      { input: { id, revision: 1, note: 'The code belongs to somebody else.' } },
      { token: operator.token },
    );
    const note = async (person: SeededPerson) =>
      (
        await t.gql<{ organisation: Shape | null }>(
          `query($id: ID!) { organisation(id: $id) { ${FIELDS} } }`,
          { id },
          { token: person.token },
        )
      ).organisation;
    expect(await note(owner)).toMatchObject({
      verification: 'REJECTED',
      verificationNote: 'The code belongs to somebody else.',
    });
    const after = (await update({ id, revision: 2, website: 'https://c.example' })).data.updateOrganisation
      .organisation;
    expect(after).toMatchObject({ verification: 'PENDING', verificationNote: null });
    expect(JSON.stringify(await t.sql('SELECT facts FROM ledger_record WHERE subject_id = $1', [uuid]))).not.toContain(
      'belongs',
    );
  });
});

describe('listing organisations', () => {
  it('shows verified ones and one’s own, and everything to operators', async () => {
    const mine = await s.organisation(owner, { verified: false, kind: 'CHAMBER', name: '百分之100%_商会' });
    const others = await s.organisation(await s.person(), { verified: false, kind: 'CHAMBER', name: '别人的商会' });
    const open = await s.organisation(await s.person(), { kind: 'CHAMBER', name: 'An open chamber' });
    const list = async (filter: Record<string, unknown>, person?: SeededPerson) =>
      (
        await t.gql<{ organisations: { nodes: Array<{ id: string }>; totalCount: number } }>(
          'query($filter: OrganisationFilter) { organisations(filter: $filter, first: 50) { nodes { id } totalCount } }',
          { filter },
          person ? { token: person.token } : {},
        )
      ).organisations.nodes.map((node) => node.id);
    const chambers = { kind: ['CHAMBER'] };
    expect(await list(chambers)).toEqual([open.id]);
    expect(await list(chambers, owner)).toEqual([open.id, mine.id]);
    expect(await list(chambers, operator)).toEqual([open.id, others.id, mine.id]);
    expect(await list({ ...chambers, verification: ['PENDING'] }, operator)).toEqual([others.id, mine.id]);
    expect(await list({ ...chambers, verification: ['PENDING'] })).toEqual([]);
    expect(await list({ ...chambers, text: 'OPEN ch' })).toEqual([open.id]);
    expect(await list({ ...chambers, text: '商会' }, operator)).toEqual([others.id, mine.id]);
    expect(await list({ ...chambers, text: '0%_商' }, operator)).toEqual([mine.id]);
    expect(await list({ ...chambers, text: '%' }, operator)).toEqual([mine.id]);
    expect(await list({ text: '12100000400000624D' })).toHaveLength(1);
    const unstorable = await t.ask(
      'query($filter: OrganisationFilter) { organisations(filter: $filter) { totalCount } }',
      { filter: { text: 'a\u0000b' } },
    );
    expect(unstorable.errors?.[0]).toMatchObject({
      message: 'A text contains a character that cannot be stored.',
      extensions: { code: 'BAD_USER_INPUT', reason: 'INVALID_TEXT' },
    });
  });
});

describe('deleting an organisation', () => {
  const remove = (id: string, person: SeededPerson) =>
    t.ask(
      'mutation($id: ID!) { deleteOrganisation(input: { id: $id }) { deletedId } }',
      { id },
      { token: person.token },
    );

  it('is possible for its owners while it is not verified', async () => {
    const trial = await s.organisation(owner, { verified: false });
    const editor = await s.member(trial, 'EDITOR');
    expect((await remove(trial.id, editor)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await remove(trial.id, owner)).data).toEqual({ deleteOrganisation: { deletedId: trial.id } });
    expect(await see(trial.id, owner)).toBe(false);
    const verified = await s.organisation(owner);
    expect((await remove(verified.id, owner)).errors?.[0]?.extensions).toMatchObject({
      code: 'CONFLICT',
      reason: 'ORGANISATION_VERIFIED',
    });
  });
});
