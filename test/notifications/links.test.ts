import { parse, type GraphQLSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSchema } from '../../src/graphql/schema.js';
import type { MailEvent } from '../../src/kernel/mail.js';
import { composition } from '../../src/modules.js';
import { textOf, type Mail } from '../../src/notifications/mail.js';
import { expirePassports } from '../../src/vetting/admission/passports.js';
import { casesOf } from '../rights/domains.js';
import { operationOf, send } from '../rights/probe.js';
import type { Role } from '../rights/roles.js';
import type { World } from '../rights/types.js';
import { buildWorld } from '../rights/world.js';
import { namesForPrograms } from './sentences.js';

const CALLERS: readonly Role[] = [
  'OWN_EDITOR',
  'OWN_OWNER',
  'INVESTOR',
  'PERSON',
  'OTHER_OWNER',
  'REVIEWER',
  'OPERATOR',
];

let w: World;
let schema: GraphQLSchema;
let mails: Mail[];
beforeAll(async () => {
  [w, schema] = await Promise.all([buildWorld(), createSchema(composition)]);
  const cases = casesOf(w).mutation;
  const fields = schema.getMutationType()!.getFields();
  const call = async (name: string, role: Role, variables: Record<string, unknown>, file?: never) => {
    await w.t.sql('DELETE FROM login_throttle');
    const given = new Set([...Object.keys(variables), ...(file ? ['file'] : [])]);
    const { token } = w.actors[role];
    const answer = await send(w.t.url, token, operationOf('mutation', fields[name]!, given), variables, file);
    return answer.errors.length === 0;
  };
  for (const name of Object.keys(fields))
    for (const one of cases[name]!)
      for (const role of CALLERS) {
        // Calls that end the account or its rights would end the roles that later calls need.
        if (one.fresh) continue;
        const { variables, file } = await one.call(w.actors[role]);
        if (await call(name, role, variables, file as never)) break;
      }
  // Both sides accept the same pair.
  const { variables } = await cases['answerRoundPair']![0]!.call(w.actors.OWN_OWNER);
  for (const role of ['OWN_OWNER', 'INVESTOR'] as const) await call('answerRoundPair', role, variables);
  await w.t.sql(`UPDATE score_passport SET expires_at = now() + interval '30 days' WHERE voided_at IS NULL`);
  await expirePassports(w.t.app, {});
  await w.t.sql(`UPDATE score_passport SET expires_at = now() - interval '1 day' WHERE voided_at IS NULL`);
  await expirePassports(w.t.app, {});
  mails = (
    await w.t.sql<{ payload: Mail }>(
      `SELECT j.payload
       FROM graphile_worker._private_jobs j
       JOIN graphile_worker._private_tasks k ON k.id = j.task_id
       WHERE k.identifier = 'mail:send'`,
    )
  ).map(({ payload }) => payload);
}, 240_000);
afterAll(() => w?.t.close());

const eventOf = (mail: Mail): MailEvent<never> => composition.mails[mail.event]!;

describe('the mails that the mutations send (issue 15, point 14)', () => {
  it('tell the events of the table', () => {
    const told = new Set(mails.map(({ event }) => event));
    const missing = [
      'interest.written',
      'interest.answered',
      'interest.closed',
      'nda.requested',
      'nda.decided',
      'objection.made',
      'objection.answered',
      'passport.expiring',
      'passport.void',
      'round.both-accepted',
      'team.dissolved',
      'team.invited',
      'organisation.invited',
      'reviewer.invited',
    ].filter((name) => !told.has(name));
    expect(missing).toEqual([]);
  });

  it('name no mutation and no raw id', () => {
    const mutations = Object.keys(schema.getMutationType()!.getFields());
    for (const mail of mails)
      expect(namesForPrograms(`${mail.subject}\n${textOf(w.t.app, eventOf(mail), mail, null)}`, mutations)).toEqual([]);
  });

  it('lead to a page that answers 200, whose operation shows the recipient what the mail is about', async () => {
    const shown = new Set<string>();
    for (const mail of mails) {
      const event = eventOf(mail);
      if (event.page === null) continue;
      const page = composition.mailPages.find(({ path }) => path === `/${event.page}`)!;
      const path = `/${event.page.replace(':id', mail.id ?? '')}`;
      const response = await fetch(`${w.t.url}${path}`);
      expect(response.status, `${event.name}: ${path}`).toBe(200);
      expect(await response.text()).toContain(page.title.zh);
      const definition = parse(page.operation).definitions[0]!;
      const asks = 'operation' in definition && definition.operation === 'mutation';
      const [account] = await w.t.sql<{ id: string }>(`SELECT id FROM account WHERE lower(email) = lower($1)`, [
        mail.to,
      ]);
      // Changes are tested where they belong; here what is read is read by the recipient.
      // An operator without the second factor that operators need here reads nothing before setting it up.
      if (account?.id === w.actors.OPERATOR_PENDING.person!.accountId) continue;
      if (asks || !account || shown.has(`${event.name} ${mail.to}`)) continue;
      shown.add(`${event.name} ${mail.to}`);
      const token = await w.s.logIn({ ...w.stranger, accountId: account.id });
      const answer = await w.t.ask<Record<string, unknown>>(page.operation, mail.id ? { id: mail.id } : {}, { token });
      expect(answer.errors, `${event.name} to ${mail.to}: ${JSON.stringify(answer.errors)}`).toBeUndefined();
      expect(Object.values(answer.data)[0], `${event.name} to ${mail.to} ${mail.id}`).toBeTruthy();
    }
    expect(shown.size).toBeGreaterThan(15);
  }, 120_000);
});
