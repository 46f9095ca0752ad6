import { Column, Entity, PrimaryColumn, type DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keysetPage, type ConnectionArgs, type KeysetColumn } from '../../src/graphql/pagination.js';
import { createDataSource } from '../../src/kernel/data-source.js';
import { Database, SERVING } from '../../src/kernel/database/database.js';
import { startTestApp, type TestApp } from '../harness.js';
import { buffersOf } from '../plans.js';

@Entity('keyset_row')
class Row {
  @PrimaryColumn('uuid')
  id: string;

  @Column('integer')
  small: number;

  @Column('text')
  word: string;

  @Column('double precision', { nullable: true })
  share: number | null;

  @Column('timestamptz', { nullable: true })
  due: Date | null;
}

type Direction = 'ASC' | 'DESC';
type Column_ = Omit<KeysetColumn<Row>, 'direction'>;
const COLUMNS: Record<'small' | 'word' | 'share' | 'due', Column_> = {
  small: { sql: 'r.small', cast: 'integer', value: (row) => row.small },
  word: { sql: 'r.word', cast: 'text', value: (row) => row.word },
  share: { sql: 'COALESCE(r.share, 2)', cast: 'double precision', value: (row) => row.share ?? 2 },
  due: {
    sql: `COALESCE(r.due, 'infinity')`,
    cast: 'timestamptz',
    value: (row) => row.due?.toISOString() ?? 'infinity',
  },
};
const ID: Column_ = { sql: 'r.id', cast: 'uuid', value: (row) => row.id };

let t: TestApp;
let db: DataSource;

beforeAll(async () => {
  t = await startTestApp({ worker: false });
  await t.sql(`CREATE TABLE keyset_row (id uuid PRIMARY KEY, small integer NOT NULL, word text NOT NULL,
    share double precision, due timestamptz(3))`);
  const database = new Database(t.databaseUrl, SERVING);
  db = createDataSource({ database, poolSize: 2, entities: [Row], migrations: [] });
  await db.initialize();
}, 60_000);
afterAll(async () => {
  await db.destroy();
  await t.close();
});

function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
}

const WORDS = ['', 'a', 'A', 'ä', '激光', '激光 ', `o'k`, 'z\\'];

/** Rows with many equal values and nulls in every nullable column. */
async function fill(count: number, r: (below: number) => number): Promise<void> {
  await t.sql(`TRUNCATE keyset_row`);
  const rows = Array.from({ length: count }, () => ({
    small: r(4) - 2,
    word: WORDS[r(WORDS.length)],
    share: r(3) === 0 ? null : r(5) === 0 ? 0.1 + 0.2 : r(3) / 3,
    due: r(3) === 0 ? null : new Date(Date.UTC(2026, 0, 1 + r(3), 0, 0, 0, r(3))).toISOString(),
  }));
  await t.sql(
    `INSERT INTO keyset_row SELECT gen_random_uuid(), x.small, x.word, x.share, x.due
     FROM jsonb_to_recordset($1::jsonb) AS x(small int, word text, share float8, due timestamptz)`,
    [JSON.stringify(rows)],
  );
}

async function walk(order: KeysetColumn<Row>[], size: number, backward: boolean): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  for (;;) {
    const args: ConnectionArgs = backward
      ? { last: size, ...(cursor !== null && { before: cursor }) }
      : { first: size, ...(cursor !== null && { after: cursor }) };
    const page = await keysetPage(db.createQueryBuilder(Row, 'r').where('true'), args, order);
    const found = page.edges.map(({ node }) => node.id);
    ids[backward ? 'unshift' : 'push'](...found);
    const { hasNextPage, hasPreviousPage, startCursor, endCursor } = page.pageInfo;
    if (!(backward ? hasPreviousPage : hasNextPage)) return ids;
    expect(found).toHaveLength(size);
    cursor = backward ? startCursor : endCursor;
  }
}

describe('pages of lists with several sort columns', () => {
  it('give, forwards and backwards and in every page size, exactly the list that SQL sorts', async () => {
    for (let seed = 1; seed <= 24; seed += 1) {
      const r = random(seed * 7919);
      const count = 1 + r(24);
      await fill(count, r);
      const names = (['small', 'word', 'share', 'due'] as const).filter(() => r(2) === 0).sort(() => r(3) - 1);
      const mixed = seed % 2 === 0;
      const one: Direction = r(2) === 0 ? 'ASC' : 'DESC';
      const direction = (): Direction => (mixed ? (r(2) === 0 ? 'ASC' : 'DESC') : one);
      const order = [...names.map((name) => COLUMNS[name]), ID].map((column) => ({
        ...column,
        direction: direction(),
      }));
      // The list by SQL alone: nulls sort as greater than every value, which is PostgreSQL's default.
      const keys = [...names.map((name) => `r.${name}`), 'r.id'].map((key, i) => `${key} ${order[i]!.direction}`);
      const sorted = (await t.sql<{ id: string }>(`SELECT r.id FROM keyset_row r ORDER BY ${keys.join(', ')}`)).map(
        ({ id }) => id,
      );
      const sizes = [...new Set([1, 2, 3, 5, count - 1, count, count + 1])].filter((size) => size >= 1);
      for (const size of sizes)
        for (const backward of [false, true])
          expect(await walk(order, size, backward), JSON.stringify({ seed, size, backward, keys })).toEqual(sorted);
    }
  }, 120_000);

  it('refuse a sort column that gives null, instead of losing the rows that follow', async () => {
    await fill(3, () => 0);
    const column = { ...COLUMNS.share, value: (row: Row) => row.share as number, direction: 'ASC' as const };
    await expect(
      keysetPage(db.createQueryBuilder(Row, 'r').where('true'), { first: 2 }, [column, { ...ID, direction: 'ASC' }]),
    ).rejects.toThrow('COALESCE');
  });

  it('refuse a cursor whose values its columns cannot hold', async () => {
    const order = [COLUMNS.small, ID].map((column) => ({ ...column, direction: 'DESC' as const }));
    for (const values of [
      ['x', 'y'],
      [1, 'y'],
      [3e9, '00000000-0000-0000-0000-000000000000'],
      [1.5, 1],
    ])
      await expect(
        keysetPage(
          db.createQueryBuilder(Row, 'r').where('true'),
          { first: 2, after: Buffer.from(JSON.stringify(values)).toString('base64url') },
          order,
        ),
      ).rejects.toMatchObject({ extensions: { reason: 'BAD_CURSOR' } });
  });

  it('read as few buffers at the end of 50,000 rows as at their start', async () => {
    await t.sql(`TRUNCATE keyset_row`);
    await t.sql(
      `INSERT INTO keyset_row SELECT gen_random_uuid(), i / 5, 'w', NULL, NULL FROM generate_series(1, 50000) i`,
    );
    await t.sql(`CREATE INDEX keyset_down ON keyset_row (small DESC, id DESC)`);
    await t.sql(`CREATE INDEX keyset_mixed ON keyset_row (small DESC, id)`);
    await t.sql(`VACUUM ANALYZE keyset_row`);
    for (const last of ['DESC', 'ASC'] as const)
      for (const backward of [false, true])
        for (const depth of [0, 25_000, 49_000]) {
          const [at] = await t.sql<{ small: number; id: string }>(
            `SELECT small, id FROM keyset_row ORDER BY small DESC, id ${last} OFFSET $1 LIMIT 1`,
            [backward ? 49_999 - depth : depth],
          );
          const query = db.createQueryBuilder(Row, 'r').where('true');
          const cursor = Buffer.from(JSON.stringify([at!.small, at!.id])).toString('base64url');
          await keysetPage(query, backward ? { last: 20, before: cursor } : { first: 20, after: cursor }, [
            { ...COLUMNS.small, direction: 'DESC' },
            { ...ID, direction: last },
          ]);
          const [text, values] = query.getQueryAndParameters();
          expect(await buffersOf(t, { text, values }), `${last} ${backward} ${depth}`).toBeLessThan(40);
        }
  });
});
