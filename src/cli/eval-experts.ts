import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { bootstrapInterval, evaluateExperts, pooledLoss, type ExpertiseSet } from '../text/similarity.evaluation.js';
import { proxyExperts } from '../text/similarity.proxy.js';
import { parseArguments } from './arguments.js';
import { runCommand, UsageError } from './command.js';

const USAGE =
  'npm run eval:experts -- FOLDER (with experts.jsonl, items.jsonl, ratings.jsonl), or npm run eval:experts -- --proxy PAPERS.jsonl';

const id = z.union([z.string(), z.number()]).transform((value) => String(value).trim());
const text = z.string().nullish();
const documents = z
  .array(z.object({ title: text, abstract: text }))
  .nullish()
  .transform((list) => list ?? []);
const expert = z.object({ id, documents });
const item = z.object({ id, title: text, abstract: text });
const rating = z.object({
  expert: id,
  item: id,
  rating: z.union([
    z.number(),
    z
      .string()
      .trim()
      .regex(/^\d+(\.\d+)?$/)
      .transform(Number),
  ]),
});
const paper = z.object({ title: z.string(), abstract: z.string(), discipline: z.string(), category: z.string() });

async function readLines<T>(file: string, line: z.ZodType<T>): Promise<T[]> {
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch {
    throw new UsageError(`${file}: cannot be read.`);
  }
  return content
    .replace(/^\uFEFF/, '')
    .split('\n')
    .flatMap((row, i) => {
      if (row.trim() === '') return [];
      try {
        return [line.parse(JSON.parse(row))];
      } catch {
        throw new UsageError(`${file}, line ${i + 1}: not in the expected form.`);
      }
    });
}

async function readSet(folder: string): Promise<ExpertiseSet> {
  const [experts, items, ratings] = await Promise.all([
    readLines(join(folder, 'experts.jsonl'), expert),
    readLines(join(folder, 'items.jsonl'), item),
    readLines(join(folder, 'ratings.jsonl'), rating),
  ]);
  const known = { expert: new Set(experts.map((e) => e.id)), item: new Set(items.map((i) => i.id)) };
  const rated = ratings.filter((row) => known.expert.has(row.expert) && known.item.has(row.item));
  const strange = ratings.find((row) => !known.expert.has(row.expert) || !known.item.has(row.item));
  if (strange)
    process.stderr.write(
      `${ratings.length - rated.length} ratings are left out: they name experts or items that are not listed, such as expert ${strange.expert} or item ${strange.item}.\n`,
    );
  return { experts, items, ratings: rated };
}

/**
 * `npm run eval:experts`: measures how often the text similarity to an expert's profile orders two items contrary to
 * that expert's own rating of familiarity.
 */
await runCommand(USAGE, async (args) => {
  const parsed = parseArguments({ args, allowPositionals: true, options: { proxy: { type: 'string' } } });
  const { values, positionals } = parsed;
  if ((values.proxy === undefined) === (positionals.length !== 1) || positionals.length > 1)
    throw new UsageError('Name one folder, or one file of papers with --proxy.');
  const set =
    values.proxy === undefined ? await readSet(positionals[0]!) : proxyExperts(await readLines(values.proxy, paper));
  const losses = evaluateExperts(set);
  if (losses.length === 0) throw new UsageError('No expert rated two items differently: nothing to measure.');
  const { low, high } = bootstrapInterval(losses);
  const pairs = losses.reduce((sum, loss) => sum + loss.pairs, 0);
  process.stdout.write(
    `eval experts loss=${pooledLoss(losses).toFixed(4)} low=${low.toFixed(4)} high=${high.toFixed(4)} experts=${losses.length} pairs=${pairs}\n`,
  );
});
