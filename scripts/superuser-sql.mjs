// Runs SQL as the superuser of the embedded PostgreSQL of a running techpool: node scripts/superuser-sql.mjs "SELECT 1".
// For looking into it, and for trying what the ledger's verification finds; the application never needs it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';

const home = join(process.env['DATA_DIR'] ?? '.data', 'postgres');
const port = Number(readFileSync(join(home, 'cluster', 'postmaster.pid'), 'utf8').split('\n')[3]);
const client = new pg.Client({
  host: '127.0.0.1',
  port,
  user: 'techpool',
  password: readFileSync(join(home, 'password'), 'utf8').trim(),
  database: 'techpool',
});
await client.connect();
try {
  const results = [await client.query(process.argv[2] ?? 'SELECT version()')].flat();
  for (const { command, rowCount, rows } of results) {
    if (rows.length > 0) console.table(rows);
    else console.log(command, rowCount ?? '');
  }
} catch (error) {
  console.error(`refused: ${error.message}`);
  process.exitCode = 1;
} finally {
  await client.end();
}
