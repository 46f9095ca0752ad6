import { readdir, readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Action } from '../../src/kernel/authz.js';
import { inEnglish } from '../../src/messages/catalogue.js';
import { composition } from '../../src/modules.js';

/** Every action with its refusal sentence. An action that a domain declares but this record lacks does not compile. */
const REFUSALS: Record<Action, string> = {
  'platform:operate': 'Only an operator of the pool may do this.',
  'account:read': 'Only the person, fellow members and operators may see this.',
  'organisation:edit': 'Only an owner of the organisation may do this.',
  'organisation:manage': 'Only an owner of the organisation may manage its members.',
  'organisation:members': 'Only members of the organisation may see this.',
  'organisation:readAll': 'Only operators of the pool may see organisations that are not verified.',
  'mention:read': 'Only the named party and operators may see this.',
  'mention:answer': 'Only the named person, or an editor or owner of the named organisation, may answer.',
  'achievement:read': 'Only the listing institution may see this.',
  'achievement:readAll': 'Only operators of the pool may see achievements of every institution.',
  'achievement:edit': 'Only an editor or owner of the listing institution may do this.',
  'investor:read': 'Only members of the organisation may see this.',
  'investor:readAll': 'Only operators of the pool may see profiles of organisations that are not verified.',
  'investor:edit': 'Only an editor or owner of the organisation may edit its investor profile.',
  'talent:edit': 'Only the person may do this.',
  'talent:private': 'Only the person and operators may see this.',
  'talent:read': 'This talent is not shown to you.',
  'talent:readRegistered': 'Only members of verified organisations may see this talent.',
  'talent:readAll': 'Only operators of the pool may see talents that are not shown.',
  'demand:read': 'Only members of the enterprise may see this.',
  'demand:readAll': 'Only operators of the pool may see demands that are not shown.',
  'demand:edit': 'Only an editor or owner of the enterprise may do this.',
  'interest:answer': 'Only an editor or owner of the listing institution may answer.',
  'interest:speak': 'Only a member of the organisation may speak for it.',
  'interest:party':
    'Only who said the interest, or an editor or owner of the organisation it was said for, may do this.',
  'interest:read': 'Only the two sides of a thread may read it.',
  'import:run': 'Only an editor or owner of the institution may import for it.',
  'import:read': 'Only an editor or owner of the institution may see its imports.',
  'reviewing:oversee': 'Only an operator of the pool may see how reviewing stands.',
  'reviewer:read': 'Only the reviewer and operators may see this.',
  'review:write': 'An operator of the pool cannot review.',
  'objection:reply': 'Only an editor or owner of the institution of the entry may reply to an objection.',
  'objection:readReply': 'Only the institution and operators may read a reply before the objection is decided.',
  'counterpart:read': 'Only the side of the counterpart may see this.',
  'counterpart:speak': 'Only the talent, or an editor or owner of the organisation, may speak for the counterpart.',
  'feedback:read': 'Only the side that gave the feedback may see it.',
  'feedback:give': 'Only an editor or owner of one half of the pair may speak of it.',
  'round:oversee': 'Only an operator of the pool may see all of a matching round.',
  'pair:read': 'Only the two sides of the pair may see it, once its round is published.',
  'pair:answer': 'Only an editor or owner of one half of the pair may answer.',
  'pair:readAnswer': 'Only the side that answered may see its answer.',
  'team:read': 'Only the listing institution and the invited talents may see this team.',
};

/** Files other than the table of rights that read the operator's flag, with the reason why this decides no right. */
const NAMES_THE_FLAG: Record<string, string> = {
  'http/mail-pages/mail-pages.script.ts': 'tells an operator without two-factor authentication what to do',
  'identity/accounts/account.entity.ts': 'the column of the account',
  'identity/accounts/operators.service.ts': 'appoints and dismisses operators: writes the column',
  'identity/accounts/totp.service.ts': 'an operator keeps two-factor authentication on: reads the locked account',
  'identity/accounts/viewer.types.ts': 'presents the viewer’s own flag',
  'identity/sessions/authentication.ts': 'makes the viewer of a request',
  'identity/sessions/held-rights.ts': 'reads the flag again in the transaction of a write; an API key never has it',
  'sample/sample.actors.ts': 'makes the viewers of the sample pool',
};

let sources: Map<string, string>;
beforeAll(async () => {
  const names = (await readdir('src', { recursive: true })).filter((name) => name.endsWith('.ts'));
  sources = new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(`src/${name}`, 'utf8')] as const)),
  );
});

describe('the table of rights', () => {
  it('holds every declared action, with its refusal', () => {
    const refusals = Object.entries(composition.rights).map(([action, { refusal }]) => [action, inEnglish(refusal)]);
    expect(Object.fromEntries(refusals)).toEqual(REFUSALS);
  });

  it('gives a reason code of its own only where a client must tell the refusal apart', () => {
    const reasons = Object.entries(composition.rights).flatMap(([action, { reason }]) =>
      reason ? [[action, reason]] : [],
    );
    expect(reasons).toEqual([['review:write', 'OPERATOR_CANNOT_REVIEW']]);
  });

  it('holds no action that nothing asks for', () => {
    const askers = [...sources].filter(([name]) => !name.endsWith('.rights.ts') && name !== 'kernel/authz.ts');
    const unused = Object.keys(REFUSALS).filter((action) => !askers.some(([, text]) => text.includes(`'${action}'`)));
    expect(unused).toEqual([]);
  });

  it('is the only place that decides by the operator’s flag', () => {
    const readers = [...sources]
      .filter(([, text]) => /\bisOperator(Pending)?\b/.test(text))
      .map(([name]) => name)
      .filter((name) => !name.endsWith('.rights.ts') && !['kernel/authz.ts', 'kernel/viewer.ts'].includes(name));
    expect(readers.sort()).toEqual(Object.keys(NAMES_THE_FLAG).sort());
  });
});
