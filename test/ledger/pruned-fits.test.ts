import { afterAll, beforeAll, expect, it } from 'vitest';
import { Misfit } from '../../src/ledger/verify.js';
import { pruneInterimFits } from '../../src/vetting/boundary/fit.pruning.js';
import { verifyDatabase } from '../../src/vetting/replay/replay.verify.js';
import { startTestApp, type TestApp } from '../harness.js';
import { seed } from '../seed.js';
import { panelOf, playCohort } from './kit.js';

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp();
  const s = seed(t);
  const operator = await s.person({ operator: true });
  const university = await s.organisation(await s.person());
  await playCohort(t, s, operator, university, await panelOf(t), {
    between: async (boss, cohortId) => {
      await t.gql(
        `mutation ($input: FitCohortInput!) { fitCohort(input: $input) { ... on FitPayload { fit { id } } } }`,
        { input: { cohortId } },
        { token: boss.token },
      );
    },
  });
}, 120_000);
afterAll(() => t.close());

it('the ledger verifies after superseded interim fits were deleted, and not without any other fit (17.8)', async () => {
  const kinds = async () =>
    (await t.sql<{ kind: string }>(`SELECT kind FROM fit ORDER BY at, id`)).map(({ kind }) => kind);
  expect(await kinds()).toEqual(['INTERIM', 'INTERIM', 'FINAL']);
  t.travel(91 * 86_400_000);
  await pruneInterimFits(t.app, undefined);
  expect(await kinds()).toEqual(['FINAL']);
  expect(await verifyDatabase(t.app)).toMatchObject({ cohorts: 1 });
  await t.sql(`DELETE FROM assessment`);
  await t.sql(`DELETE FROM fit WHERE kind = 'FINAL'`);
  await expect(verifyDatabase(t.app)).rejects.toBeInstanceOf(Misfit);
});
