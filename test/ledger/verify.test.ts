import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportLedger, fileSource, parseHead } from '../../src/ledger/export.js';
import { headFault, readHead, signHead, type PublishedHead } from '../../src/ledger/heads.js';
import { appendLedger, ledgerHash } from '../../src/ledger/ledger.service.js';
import { inexactNumber } from '../../src/ledger/source.database.js';
import { Misfit, type ChainRecord } from '../../src/ledger/verify.js';
import { verifyDatabase, verifyLedger } from '../../src/vetting/replay/replay.verify.js';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type SeededPerson } from '../seed.js';
import { panelOf, playCohort, type PlayedCohort } from './kit.js';

let t: TestApp;
let operator: SeededPerson;
let played: PlayedCohort;
let folder: string;
let records: ChainRecord[];

const admin = (sql: string, values: unknown[] = []) => t.sql(sql, values);

/** Result of verifying after a change made as superuser, which bypasses every trigger; the change is rolled back. */
async function after(change: string, values: unknown[] = [], published?: PublishedHead): Promise<Misfit | null> {
  // One transaction on one connection: change, verify, roll back.
  const runner = t.app.dataSource.createQueryRunner();
  await runner.connect();
  await runner.startTransaction('REPEATABLE READ');
  try {
    await runner.query(`SET LOCAL session_replication_role = replica`);
    for (const statement of change.split(';;')) await runner.query(statement, values);
    const app = {
      ...t.app,
      dataSource: { transaction: (_level: string, run: (tx: unknown) => Promise<unknown>) => run(runner.manager) },
    } as unknown as typeof t.app;
    await verifyDatabase(app, published);
    return null;
  } catch (error) {
    if (error instanceof Misfit) return error;
    throw error;
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
  }
}

beforeAll(async () => {
  t = await startTestApp();
  const s = seed(t);
  operator = await s.person({ operator: true });
  const university = await s.organisation(await s.person());
  played = await playCohort(t, s, operator, university, await panelOf(t));
  folder = await mkdtemp(join(tmpdir(), 'techpool-ledger-'));
  records = (await t.sql<ChainRecord & { at: Date | string }>(
    `SELECT seq::text, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at, kind, actor,
       subject_type, subject_id, facts, previous_hash, hash
     FROM ledger_record l
     ORDER BY l.seq`,
  )) as ChainRecord[];
}, 120_000);
afterAll(async () => {
  await t.close();
  await rm(folder, { recursive: true, force: true });
});

describe('an honest ledger', () => {
  it('verifies, with the closed cohort played again', async () => {
    expect(await verifyDatabase(t.app)).toEqual({ records: records.length, cohorts: 1, heads: 1 });
    const [row] = await t.sql<{ n: number }>(
      `SELECT count(*)::int AS n FROM cohort_entry WHERE cohort_id = $1 AND decision = 'ADMITTED'`,
      [played.uuid],
    );
    expect(row!.n).toBe(2);
  });

  it('refuses UPDATE, DELETE and TRUNCATE of records, heads and keys', async () => {
    for (const table of ['ledger_record', 'ledger_head', 'ledger_key']) {
      for (const statement of [
        `UPDATE ${table} SET hash = hash`,
        `DELETE FROM ${table}`,
        `TRUNCATE ${table} CASCADE`,
      ]) {
        await expect(
          admin(statement.replace('hash = hash', table === 'ledger_key' ? 'kid = kid' : 'hash = hash')),
        ).rejects.toThrow('append-only');
      }
    }
  });

  it('publishes the head of the closing in the API and as a file', async () => {
    const { ledgerHeads, ledgerKeys } = await t.gql<{
      ledgerHeads: { nodes: Array<Record<string, string>> };
      ledgerKeys: Array<{ kid: string; publicKey: string }>;
    }>(`{ ledgerHeads { nodes { seq hash cohortId kid signature key { kid } file } } ledgerKeys { kid publicKey } }`);
    const closed = records.find((record) => record.kind === 'cohort.closed')!;
    expect(ledgerHeads.nodes).toHaveLength(1);
    expect(ledgerHeads.nodes[0]).toMatchObject({
      seq: closed.seq,
      hash: closed.hash,
      cohortId: played.id,
      kid: ledgerKeys[0]!.kid,
    });
    const response = await fetch(`${t.url}/ledger/head.json`);
    const head = parseHead(await response.text());
    expect(head).toEqual(parseHead(ledgerHeads.nodes[0]!['file']!));
    expect(headFault(head, ledgerKeys[0]!.publicKey)).toBeNull();
    expect(headFault({ ...head, seq: '1' }, head.publicKey)).toBe('its signature is not valid');
    expect((await fetch(`${t.url}/ledger/head-${closed.seq}.json`)).status).toBe(200);
    expect((await fetch(`${t.url}/ledger/head-999999.json`)).status).toBe(404);
    const sealed = await t.sql<{ private_key: string }>(`SELECT private_key FROM ledger_key`);
    expect(sealed[0]!.private_key).not.toContain('PRIVATE KEY');
  });

  it('keeps dates and every number as they were hashed', async () => {
    const odd = {
      at: new Date(0),
      tiny: 1.5e-9,
      third: 1 / 3,
      big: 2 ** 70,
      negative: -0.1,
      none: undefined,
      list: [undefined, 1],
    };
    await t.app.dataSource
      .transaction(async (tx) => {
        await appendLedger(tx, null, t.app.clock(), [
          { kind: 'test.odd', subjectType: 'Test', subjectId: '1', facts: odd as Record<string, unknown> },
        ]);
        const [row] = (await tx.query(
          `SELECT facts::text AS facts FROM ledger_record WHERE kind = 'test.odd'`,
        )) as Array<{ facts: string }>;
        expect(inexactNumber(row!.facts)).toBeNull();
        const [misfit] = [
          await verifyDatabase({
            ...t.app,
            dataSource: { transaction: (_: string, run: (m: typeof tx) => unknown) => run(tx) },
          } as unknown as typeof t.app).catch((error: unknown) => error),
        ];
        expect(misfit).toMatchObject({ records: records.length + 1 });
        throw new Error('undo');
      })
      .catch((error: Error) => expect(error.message).toBe('undo'));
    expect(inexactNumber('{"a": 3.50}')).toBe('3.50');
    expect(inexactNumber('{"a": "3.50", "b": 0.10000000000000000001}')).toBe('0.10000000000000000001');
  });
});

describe('whatever is changed in a record', () => {
  it('is found at that record, for every field of every record', async () => {
    const changes: Record<string, string> = {
      at: `at + interval '1 millisecond'`,
      kind: `kind || 'x'`,
      actor: `CASE WHEN actor IS NULL THEN gen_random_uuid() END`,
      subject_type: `subject_type || 'x'`,
      subject_id: `subject_id || 'x'`,
      previous_hash: `'0' || substr(previous_hash, 2) || 'x'`,
      hash: `CASE WHEN left(hash, 1) = '0' THEN '1' ELSE '0' END || substr(hash, 2)`,
      facts: `facts || '{"x": 1}'`,
    };
    for (const record of records) {
      for (const [column, value] of Object.entries(changes)) {
        const misfit = await after(`UPDATE ledger_record SET ${column} = ${value} WHERE seq = ${record.seq}`);
        expect({ column, seq: misfit?.seq }).toEqual({ column, seq: record.seq });
      }
    }
  }, 240_000);

  it('is found for every single fact, however deep', async () => {
    const leaves = (value: unknown, path: string[] = []): string[][] =>
      value !== null && typeof value === 'object'
        ? Object.entries(value).flatMap(([key, child]) => leaves(child, [...path, key]))
        : [path];
    // One record per kind, so that every fact of every kind is changed once.
    const kinds = new Map(records.map((record) => [record.kind, record]));
    let tried = 0;
    for (const record of kinds.values()) {
      for (const path of leaves(record.facts).slice(0, 40)) {
        const misfit = await after(
          `UPDATE ledger_record
           SET facts = jsonb_set(
             facts, $1,
             CASE jsonb_typeof(facts #> $1)
               WHEN 'number' THEN to_jsonb((facts #>> $1)::numeric + 0.5)
               WHEN 'string' THEN to_jsonb((facts #>> $1) || 'x')
               ELSE '"x"'
             END
           )
           WHERE seq = $2`,
          [path, record.seq],
        );
        expect({ kind: record.kind, path, seq: misfit?.seq }).toEqual({ kind: record.kind, path, seq: record.seq });
        tried += 1;
      }
    }
    expect(tried).toBeGreaterThan(100);
  }, 240_000);

  it('is found when only the way a number is written changes', async () => {
    const record = records.find(({ kind }) => kind === 'entry.decided')!;
    const misfit = await after(
      `UPDATE ledger_record
       SET facts = jsonb_set(facts, '{rank}', ((facts->>'rank') || '.0')::jsonb)
       WHERE seq = ${record.seq}`,
    );
    expect(misfit).toMatchObject({ seq: record.seq, kind: 'entry.decided' });
  });
});

describe('a chain with something missing', () => {
  it('names the record that was removed', async () => {
    const middle = records[Math.floor(records.length / 2)]!;
    expect(await after(`DELETE FROM ledger_record WHERE seq = ${middle.seq}`)).toMatchObject({
      seq: middle.seq,
      what: expect.stringContaining('is missing') as string,
    });
    expect(await after(`DELETE FROM ledger_record WHERE seq = 1`)).toMatchObject({ seq: '1' });
    expect(await after(`UPDATE ledger_record SET seq = seq - 1000000 WHERE seq = 3`)).toMatchObject({ seq: '-999997' });
  });

  it('is found when the tail is cut, by the stored head, and by a kept one when the heads are cut as well', async () => {
    const kept = (await readHead(t.app.dataSource.manager))!;
    const cut = `DELETE FROM ledger_record WHERE seq >= ${kept.seq}`;
    expect(await after(cut)).toMatchObject({ seq: kept.seq, what: expect.stringContaining('is missing') as string });
    expect(await after(`${cut};;DELETE FROM ledger_head`, [], kept)).toMatchObject({
      seq: kept.seq,
      what: expect.stringContaining('the head given') as string,
    });
    // Without any head, the rows still show that records are missing.
    expect(await after(`${cut};;DELETE FROM ledger_head`)).toBeInstanceOf(Misfit);
  });
});

/** SQL that rewrites the whole chain over changed records, hash by hash. */
function recomputed(change: (record: ChainRecord) => ChainRecord): string {
  let previous = '';
  const rows = records.map((record) => {
    const { previous_hash: _previous, hash: _hash, ...row } = change(structuredClone(record));
    const full = { ...row, previous_hash: previous, hash: ledgerHash(previous, row) };
    previous = full.hash;
    return full;
  });
  return `DELETE FROM ledger_record;;
    INSERT INTO ledger_record
    SELECT *
    FROM jsonb_to_recordset($json$${JSON.stringify(rows)}$json$::jsonb) AS r(
      seq bigint, at timestamptz, kind text, actor uuid, subject_type text, subject_id text, facts jsonb,
      previous_hash text, hash text
    )`;
}

describe('a chain that was written anew', () => {
  it('is found by the head, stored or kept', async () => {
    const kept = (await readHead(t.app.dataSource.manager))!;
    const anew = recomputed((record) =>
      record.kind === 'entry.registered' ? { ...record, at: '2026-01-01T00:00:00.000Z' } : record,
    );
    expect(await after(anew)).toMatchObject({
      seq: kept.seq,
      what: expect.stringContaining('this is another chain') as string,
    });
    expect(await after(`${anew};;DELETE FROM ledger_head`, [], kept)).toMatchObject({ seq: kept.seq });
    expect(await after(`${anew};;DELETE FROM ledger_head`)).toMatchObject({
      kind: 'cohort.closed',
      what: 'its closing has no signed head',
    });
  });

  it('and signed anew with another key is found by the kept head alone, which is why it is published', async () => {
    const kept = (await readHead(t.app.dataSource.manager))!;
    const anew = recomputed((record) =>
      record.kind === 'entry.registered' ? { ...record, at: '2026-01-01T00:00:00.000Z' } : record,
    );
    const forged = t.app.dataSource.transaction('REPEATABLE READ', async (tx) => {
      await tx.query(`SET LOCAL session_replication_role = replica`);
      for (const statement of [...anew.split(';;'), `DELETE FROM ledger_head`, `DELETE FROM ledger_key`])
        await tx.query(statement);
      await signHead(tx, t.app, played.uuid);
      const app = {
        ...t.app,
        dataSource: { transaction: (_: string, run: (m: typeof tx) => unknown) => run(tx) },
      } as unknown as typeof t.app;
      const without = await verifyDatabase(app).then((result) => result.heads);
      throw Object.assign(new Error('undo'), {
        without,
        found: await verifyDatabase(app, kept).catch((error: unknown) => error),
      });
    });
    await expect(forged).rejects.toMatchObject({
      message: 'undo',
      without: 1,
      found: { seq: kept.seq, what: expect.stringContaining('the head given') as string },
    });
  });

  it.each(['hash', 'signature', 'signed_at', 'cohort_id'])(
    'a head whose %s was changed does not hold',
    async (column) => {
      const value = {
        hash: `repeat('0', 64)`,
        signature: `repeat('A', 86)`,
        signed_at: `signed_at + interval '1 ms'`,
        cohort_id: 'NULL',
      }[column];
      expect(await after(`UPDATE ledger_head SET ${column} = ${value}`)).toMatchObject({ kind: 'cohort.closed' });
      expect(
        await after(
          `UPDATE ledger_key SET public_key = 'MCowBQYDK2VwAyEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='`,
        ),
      ).toMatchObject({ what: expect.stringContaining('public key') as string });
    },
  );

  it('is found even without heads where a score, a decision or the admitted list no longer follows', async () => {
    const changed = (kind: string, edit: (facts: Record<string, unknown>) => void) => {
      let first = true;
      return `${recomputed((record) => {
        if (record.kind === kind && first) {
          first = false;
          edit(record.facts);
        }
        return record;
      })};;DELETE FROM ledger_head`;
    };
    const seqOf = (kind: string) => records.find((record) => record.kind === kind)!.seq;
    const lifted = await after(
      changed('review.submitted', (facts) => ((facts['scores'] as Record<string, number>)['MARKET_POTENTIAL'] = 0.5)),
    );
    expect(lifted).toMatchObject({ seq: seqOf('fit.made'), what: expect.stringContaining('inputsHash') as string });
    expect(
      await after(changed('entry.decided', (facts) => (facts['score'] = (facts['score'] as number) + 2 ** -50))),
    ).toMatchObject({ seq: seqOf('entry.decided'), what: expect.stringContaining('score is') as string });
    expect(
      await after(changed('cohort.closed', (facts) => ((facts['admitted'] as unknown[]).length = 1))),
    ).toMatchObject({ seq: seqOf('cohort.closed') });
    expect(await after(changed('cohort.frozen', (facts) => (facts['quota'] = 3)))).toMatchObject({
      seq: seqOf('cohort.frozen'),
      what: expect.stringContaining('quota') as string,
    });
    expect(await after(changed('assignment.made', (facts) => (facts['entry'] = facts['cohort'])))).toMatchObject({
      seq: seqOf('assignment.made'),
    });
  });
});

describe('a row that was changed beside the ledger', () => {
  it.each([
    [
      'a score of a review',
      `UPDATE review
       SET scores = jsonb_set(scores, '{ECONOMIC_VALUE}', '5')
       WHERE id = (SELECT id FROM review WHERE scores->>'ECONOMIC_VALUE' <> '5' ORDER BY id LIMIT 1)`,
      'review.submitted',
    ],
    [
      'a rationale',
      `UPDATE review
       SET rationales = '{"MARKET_POTENTIAL":"Other words."}'
       WHERE id = (SELECT min(id::text)::uuid FROM review)`,
      'review.submitted',
    ],
    ['a review removed', `DELETE FROM review WHERE id = (SELECT min(id::text)::uuid FROM review)`, 'review.submitted'],
    [
      'the admitted list',
      `UPDATE cohort_entry SET decision = 'ADMITTED', decision_reason = NULL WHERE rank = 5`,
      'entry.decided',
    ],
    ['a rank', `UPDATE cohort_entry SET rank = 50 WHERE rank = 5`, 'entry.decided'],
    [
      'a combined score in its last bit',
      `UPDATE cohort_entry SET combined_score = combined_score + 4e-16 * sign(combined_score) * 2 WHERE rank = 2`,
      'entry.decided',
    ],
    [
      'an assessment',
      `UPDATE assessment
       SET score = 4.9
       WHERE entry_id = (SELECT id FROM cohort_entry WHERE rank = 4) AND dimension = 'TECHNICAL_CONTENT'`,
      'entry.decided',
    ],
    ['a passport', `UPDATE score_passport SET score = 5`, 'entry.decided'],
    [
      'a passport voided without a record',
      `UPDATE score_passport SET voided_at = now(), void_reason = 'EXPIRED'`,
      'entry.decided',
    ],
    [
      'an achievement put into the pool',
      `UPDATE achievement
       SET status = 'ADMITTED', score = 5
       WHERE id = (SELECT achievement_id FROM cohort_entry WHERE rank = 9)`,
      'entry.decided',
    ],
    ['the quota', `UPDATE cohort SET quota_rate = 0.1, quota = 1, admitted_count = 1`, 'cohort.closed'],
    ['the cut-off', `UPDATE cohort SET cut_off = 1`, 'cohort.closed'],
    ['what was judged', `UPDATE cohort_entry SET revision = 2 WHERE rank = 1`, 'cohort.frozen'],
    [
      'an entry that does not count',
      `UPDATE cohort_entry SET screen = 'EXCLUDED', screen_reasons = '{OPERATOR}', decision = NULL WHERE rank = 10`,
      'entry.screened',
    ],
    [
      'who reviewed',
      `UPDATE assignment SET reviewer_region = '11' WHERE id = (SELECT min(id::text)::uuid FROM assignment)`,
      'assignment.made',
    ],
    ['the fit', `UPDATE fit SET inputs_hash = 'x'`, 'fit.made'],
    ['the words of an objection', `UPDATE objection SET text = 'another'`, 'objection.made'],
    ['the words of the reply to it', `UPDATE objection SET reply = 'another'`, 'objection.replied'],
    [
      'a reply that was taken out',
      `UPDATE objection SET reply = NULL, replied_at = NULL, reply_revision = 0`,
      'objection.answered',
    ],
    ['the words of its answer', `UPDATE objection SET answer = 'another'`, 'objection.answered'],
    [
      'the words kept beside the ledger',
      `UPDATE ledger_text
       SET text = 'another'
       WHERE hash IN (SELECT facts->>'reasonHash' FROM ledger_record WHERE kind = 'objection.made')`,
      'objection.made',
    ],
  ])('%s', async (_what, change, kind) => {
    const misfit = await after(change);
    expect(misfit?.kind).toBe(kind);
    expect(misfit?.seq).toMatch(/^\d+$/);
  });

  it('names a row that no record knows of', async () => {
    expect(
      await after(
        `INSERT INTO review
         SELECT gen_random_uuid(), assignment_id, 9, 'SUBMITTED', scores, rationales, confidence, NULL, updated_at,
           submitted_at
         FROM review
         LIMIT 1`,
      ),
    ).toMatchObject({ seq: null, what: expect.stringContaining('has no record') as string });
  });
});

describe('an export', () => {
  it('lets an outsider verify without a database, and finds what was changed in it', async () => {
    const file = join(folder, 'ledger.jsonl');
    expect(await exportLedger(t.app, file)).toEqual({ records: records.length, heads: 1 });
    const head = (await readHead(t.app.dataSource.manager))!;
    expect(await verifyLedger(await fileSource(file), head)).toEqual({ records: records.length, cohorts: 1, heads: 2 });
    const text = await readFile(file, 'utf8');
    expect(text).not.toMatch(/@example\.org|PRIVATE KEY|Person \d/);
    const broken = join(folder, 'broken.jsonl');
    const verdict = async (content: string) => {
      await writeFile(broken, content);
      return fileSource(broken)
        .then((source) => verifyLedger(source))
        .then(
          () => null,
          (error: unknown) => error as Misfit,
        );
    };
    const lines = text.trimEnd().split('\n');
    const at = lines.findIndex((line) => line.includes('"entry.decided"'));
    expect(
      await verdict(
        [...lines.slice(0, at), lines[at]!.replace('"rank":1,', '"rank":2,'), ...lines.slice(at + 1)].join('\n') + '\n',
      ),
    ).toMatchObject({ kind: 'entry.decided' });
    expect(await verdict([...lines.slice(0, at), ...lines.slice(at + 1)].join('\n') + '\n')).toMatchObject({
      what: expect.stringContaining('is missing') as string,
    });
    expect(await verdict(lines.slice(0, -5).join('\n') + '\n')).toMatchObject({
      what: expect.stringContaining('cut off') as string,
    });
    expect(await verdict(text.replace('"signature":"', '"signature":"A'))).toBeInstanceOf(Misfit);
    for (let i = 0; i < text.length; i += Math.ceil(text.length / 60)) {
      if (text[i] === '\n') continue;
      const other = text[i] === '1' ? '2' : '1';
      // The line with the export's time is not signed; every other byte is.
      if (text.slice(0, i).includes('\n'))
        expect(await verdict(text.slice(0, i) + other + text.slice(i + 1))).toBeInstanceOf(Misfit);
    }
  });

  it('runs as a command, with exit code 1 and one line where something does not fit', async () => {
    const run = promisify(execFile);
    const cli = join(import.meta.dirname, '../../dist/src/cli/ledger-verify.js');
    await run(process.execPath, [join(import.meta.dirname, '../../scripts/build.mjs'), '--if-stale']);
    const file = join(folder, 'ledger.jsonl');
    const head = join(folder, 'head.json');
    await writeFile(head, JSON.stringify(await readHead(t.app.dataSource.manager)));
    const ok = await run(process.execPath, [cli, '--export', file, '--head', head]);
    expect(ok.stdout).toBe(`ledger verify records=${records.length} cohorts=1 heads=2 ok\n`);
    await writeFile(file, (await readFile(file, 'utf8')).replace('"kind":"cohort.opened"', '"kind":"cohort.0pened"'));
    const bad = await run(process.execPath, [cli, '--export', file]).catch(
      (error: { code: number; stdout: string }) => error,
    );
    expect(bad).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(
        /^ledger verify seq=\d+ kind=cohort\.0pened its content does not give its hash/,
      ) as string,
    });
  }, 120_000);
});

describe('speed and the clock', () => {
  it('verifies 100,000 records in a few seconds and appends thousands in one go', async () => {
    const entries = Array.from({ length: 10_000 }, (_, i) => ({
      kind: 'review.read',
      subjectType: 'Test',
      subjectId: String(i),
      facts: { entry: String(i), scores: { A: i / 7, B: 2.5 }, note: 'x'.repeat(100) },
    }));
    let started = performance.now();
    for (let i = 0; i < 10; i += 1)
      await t.app.dataSource.transaction((tx) => appendLedger(tx, null, t.app.clock(), entries));
    const appended = performance.now() - started;
    started = performance.now();
    const { records: count } = await verifyDatabase(t.app);
    const verified = performance.now() - started;
    console.info(
      `ledger append records=100000 ms=${appended.toFixed(0)}; ledger verify records=${count} ms=${verified.toFixed(0)}`,
    );
    expect(count).toBe(records.length + 100_000);
    expect(verified).toBeLessThan(20_000);
  }, 120_000);

  it('signs a head once per record, and with a new key where the old one cannot be opened', async () => {
    const head = await t.app.dataSource.transaction((tx) => signHead(tx, t.app, null));
    expect(head?.cohort).toBeNull();
    expect(await t.app.dataSource.transaction((tx) => signHead(tx, t.app, null))).toBeNull();
    await t.app.dataSource.transaction(async (tx) => {
      await appendLedger(tx, null, t.app.clock(), [
        { kind: 'test.more', subjectType: 'Test', subjectId: '1', facts: {} },
      ]);
      const other = await signHead(tx, { ...t.app, secretKey: 'another-secret-key-of-32-chars-!!' }, null);
      expect(other!.kid).not.toBe(head!.kid);
    });
    expect(await verifyDatabase(t.app)).toMatchObject({ heads: 3 });
  });
});
