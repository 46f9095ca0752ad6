import { toGlobalId } from '../../lib/ids.js';
import { EDITOR, withRunningApp } from '../pool.js';
import type { BenchServer } from '../server.js';
import type { World } from './attacks.js';
import { COMMON_WORDS } from './pool.js';

const LOG_IN = `mutation ($input: LogInInput!) { logIn(input: $input) { tokens { accessToken } } }`;

/**
 * Logs the editor in and reads what attacks are built from: the access token, an institution, and the ids of 1,000 pool
 * entries.
 */
export async function readWorld(dataDir: string, host: BenchServer): Promise<World> {
  const { logIn } = await host.ask<{ logIn: { tokens: { accessToken: string } } }>(LOG_IN, { input: EDITOR });
  const rows = await withRunningApp(
    dataDir,
    async (app) =>
      (await app.dataSource.query(
        `SELECT id, institution_id AS "institutionId"
         FROM achievement
         WHERE status = 'ADMITTED'
         ORDER BY md5(id::text)
         LIMIT 1000`,
      )) as Array<{ id: string; institutionId: string }>,
  );
  return {
    token: logIn.tokens.accessToken,
    institutionId: toGlobalId('Organisation', rows[0]!.institutionId),
    entryIds: rows.map(({ id }) => toGlobalId('Achievement', id)),
    words: COMMON_WORDS,
  };
}
