import { toGlobalId } from '../lib/ids.js';
import { Client, jsonCall } from './client.js';
import { quantile, type Figure } from './figures.js';
import { EDITOR, withRunningApp } from './pool.js';
import type { BenchServer } from './server.js';

const CHANGES_PER_SECOND = 50;
/**
 * Duration of the measurement in seconds: long enough for a program that cannot keep up to show growing latency and
 * fewer answers per second.
 */
const SECONDS = 30;
/** Number of concurrent clients that edit entries, each over its own connection. */
const EDITORS = 16;
/** One in this number of edits is searched for. */
const PROBED = 5;
/**
 * The pause after a search that did not find the edit is the greater of POLL_MS milliseconds and POLL_SHARE times the
 * lag so far, so that polling for long lags does not load the program.
 */
const POLL_MS = 20;
const POLL_SHARE = 0.2;
/**
 * Time in milliseconds after the last scheduled edit at which the measurement ends even if some edits were not found.
 */
const GRACE_MS = 30_000;

const EDIT = `mutation Edit($input: UpdateAchievementInput!) { updateAchievement(input: $input) { achievement { revision } } }`;
const FIND = `query Find($text: String!) { achievementSearch(query: $text, first: 1) { totalCount } }`;
const LOG_IN = `mutation LogIn($input: LogInInput!) { logIn(input: $input) { tokens { accessToken } } }`;

/**
 * Measures the lag, in milliseconds, between the response to an edit and the first search that finds the edit's new
 * word. Edits of different pool entries are sent at fixed times, whether or not earlier ones were answered.
 */
export async function measureLag(dataDir: string, server: BenchServer): Promise<Figure[]> {
  const total = CHANGES_PER_SECOND * SECONDS;
  const entries = await withRunningApp(
    dataDir,
    async (app) =>
      (await app.dataSource.query(
        `SELECT id, revision FROM achievement WHERE status = 'ADMITTED' ORDER BY md5(id::text) LIMIT $1`,
        [total],
      )) as Array<{ id: string; revision: number }>,
  );
  if (entries.length < total) throw new Error(`the pool has too few entries for ${total} edits`);
  const { logIn } = await server.ask<{ logIn: { tokens: { accessToken: string } } }>(LOG_IN, { input: EDITOR });
  const headers = { authorization: `Bearer ${logIn.tokens.accessToken}` };
  const [editors, readers] = [new Client(EDITORS), new Client(16)];
  const run = Math.random().toString(36).slice(2, 6).replace(/\d/g, 'q');
  const lags: number[] = [];
  let [firstAnswer, lastAnswer] = [Number.POSITIVE_INFINITY, 0];
  const begun = performance.now();
  const deadline = begun + SECONDS * 1000 + GRACE_MS;
  const answers: number[] = [];
  const probes: Array<Promise<void>> = [];
  // Latency counts from the scheduled time of an edit, so it includes waiting for a free connection.
  const edit = async ({ id, revision }: { id: string; revision: number }, i: number, due: number): Promise<string> => {
    const word = `lag${run}${String(i).padStart(5, '0')}x`;
    const input = {
      id: toGlobalId('Achievement', id),
      revision,
      content: { incumbent: { en: word }, keywords: { en: [word] } },
    };
    const body = await editors.send(jsonCall(`${server.url}/graphql`, { query: EDIT, variables: { input } }, headers));
    if (body.includes('"errors"')) throw new Error(`an edit failed: ${body.toString('utf8').slice(0, 300)}`);
    lastAnswer = performance.now();
    firstAnswer = Math.min(firstAnswer, lastAnswer);
    answers.push(lastAnswer - due);
    return word;
  };
  const found = async (word: string, committed: number): Promise<number> => {
    const call = jsonCall(`${server.url}/graphql`, { query: FIND, variables: { text: word } });
    for (;;) {
      const { data } = JSON.parse((await readers.send(call)).toString('utf8')) as {
        data: { achievementSearch: { totalCount: number } };
      };
      const passed = performance.now() - committed;
      if (data.achievementSearch.totalCount > 0 || performance.now() > deadline) return passed;
      await new Promise((resolve) => setTimeout(resolve, Math.max(POLL_MS, passed * POLL_SHARE)));
    }
  };
  try {
    let next = 0;
    const worker = async () => {
      for (let i = next++; i < entries.length; i = next++) {
        const due = begun + (i * 1000) / CHANGES_PER_SECOND;
        if (due > performance.now()) await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
        if (performance.now() > deadline) return;
        const word = await edit(entries[i]!, i, due);
        if (i % PROBED === 0) probes.push(found(word, performance.now()).then((lag) => void lags.push(lag)));
      }
    };
    await Promise.all(Array.from({ length: EDITORS }, worker));
    await Promise.all(probes);
    return [
      { name: 'index.lag_p50_ms', value: quantile(lags, 0.5), unit: 'ms' },
      { name: 'index.lag_p95_ms', value: quantile(lags, 0.95), unit: 'ms' },
      { name: 'index.changes_per_s', value: (answers.length - 1) / ((lastAnswer - firstAnswer) / 1000), unit: '1/s' },
      { name: 'index.edit_p95_ms', value: quantile(answers, 0.95), unit: 'ms' },
    ];
  } finally {
    editors.close();
    readers.close();
  }
}
