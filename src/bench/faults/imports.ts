import { setTimeout as sleep } from 'node:timers/promises';
import type { Courier, Person } from './courier.js';
import type { Written } from './journal.js';
import type { World } from './world.js';

const RUN = `query Run($id: ID!) { node(id: $id) { ... on ImportRun { status } } }`;
const RERUN = `mutation Rerun($input: ImportRunInput!) { rerunImport(input: $input) { run { id } } }`;
const UNDER_WAY = new Set(['QUEUED', 'RUNNING']);
/** States of an import that ended in its middle; the API tells its user to run it again. */
const CUT = new Set(['INTERRUPTED', 'FAILED']);
/** How long one import may be under way, in milliseconds. */
const RUN_MS = 60_000;

/** Whether an import has not ended yet; also true where the API does not answer. */
export async function isUnderWay(courier: Courier, owner: Person, id: string): Promise<boolean> {
  const data = await courier.send<{ node: { status: string } }>(owner, RUN, { id }).catch(() => null);
  return data === null || UNDER_WAY.has(data.node.status);
}

/**
 * Does what a user does after the recovery: runs the acknowledged imports again that were cut in their middle. Rows that
 * were taken before must not be taken twice. Returns the number of imports that were run again.
 */
export async function finishImports(world: World, written: readonly Written[], courier: Courier): Promise<number> {
  let rerun = 0;
  for (const { kind, on, acknowledged } of written) {
    const owner = world.importers.find(({ id }) => id === on)?.owner;
    if (kind !== 'import' || acknowledged === null || owner === undefined) continue;
    for (let id = acknowledged; (await endOf(courier, owner, id)) === 'CUT';) {
      const input = { id, idempotencyKey: `again-${rerun}-${id}` };
      const data = await courier.insist<{ rerunImport: { run: { id: string } } }>(
        owner,
        RERUN,
        { input },
        Date.now() + RUN_MS,
      );
      id = data.rerunImport.run.id;
      rerun += 1;
    }
  }
  return rerun;
}

async function endOf(courier: Courier, owner: Person, id: string): Promise<'CUT' | 'ENDED' | 'STUCK'> {
  for (const until = Date.now() + RUN_MS; Date.now() < until; await sleep(250)) {
    const { node } = await courier.insist<{ node: { status: string } }>(owner, RUN, { id }, until);
    if (CUT.has(node.status)) return 'CUT';
    if (!UNDER_WAY.has(node.status)) return 'ENDED';
  }
  return 'STUCK';
}
