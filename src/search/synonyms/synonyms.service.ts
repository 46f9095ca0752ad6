import type { EntityManager } from 'typeorm';
import { authorize, can } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import { badInput, InputError, NotFoundError, type FieldProblem } from '../../kernel/errors.js';
import { record } from '../../ledger/ledger.service.js';
import { reasonFact } from '../../ledger/texts.js';
import { newId } from '../../lib/ids.js';
import { cleanText } from '../../kernel/localized.js';
import { hasMoreThan, normalised } from '../../lib/text.js';
import { readId } from '../../kernel/node.js';
import { write, writeOnce } from '../../kernel/write.js';
import { isFiller } from './synonyms.fillers.js';
import { requestEnsure } from '../index/search.reindex.js';
import { SynonymGroup, type RemoveSynonymGroupInput, type SetSynonymGroupInput } from './synonyms.entity.js';
import { say } from '../../messages/catalogue.js';

const LONGEST = 60;

/** All groups, ordered by first term; for operators. */
export async function listSynonymGroups(ctx: Context): Promise<SynonymGroup[]> {
  authorize(ctx, 'platform:operate', undefined);
  return ctx.db.find(SynonymGroup, { order: { terms: 'ASC', id: 'ASC' } });
}

/** One group; null unless the viewer is an operator. */
export function readSynonymGroup(ctx: Context, id: string): Promise<SynonymGroup | null> {
  return can(ctx, 'platform:operate', undefined) ? ctx.db.findOneBy(SynonymGroup, { id }) : Promise.resolve(null);
}

/**
 * Operator action: creates a synonym group or replaces its terms. A new search index is then built in the background;
 * until it is live, PostgreSQL answers searches for synonyms.
 */
export async function setSynonymGroup(ctx: Context, input: SetSynonymGroupInput): Promise<SynonymGroup> {
  const id = input.id == null ? null : readId('input.id', 'SynonymGroup', input.id);
  const terms = readTerms(input.terms);
  return writeOnce(ctx, 'setSynonymGroup', input, SynonymGroup, async (tx) => {
    authorize(ctx, 'platform:operate', undefined);
    refuseFillers(terms);
    const before = id === null ? null : await lockGroup(tx, id);
    const group = before ?? tx.create(SynonymGroup, { id: newId(), createdAt: ctx.now() });
    Object.assign(group, { terms, updatedAt: ctx.now() });
    await tx.save(group);
    await requestEnsure(tx);
    await record(tx, ctx, {
      kind: 'synonyms.set',
      subjectType: 'SynonymGroup',
      subjectId: group.id,
      facts: { terms: terms.length, ...(await reasonFact(tx, ctx, terms.join('\n'))) },
    });
    return group;
  });
}

export async function removeSynonymGroup(ctx: Context, input: RemoveSynonymGroupInput): Promise<string> {
  const id = readId('input.id', 'SynonymGroup', input.id);
  return write(ctx, async (tx) => {
    authorize(ctx, 'platform:operate', undefined);
    const group = await lockGroup(tx, id);
    const removed = group.globalId;
    await tx.delete(SynonymGroup, { id });
    await requestEnsure(tx);
    await record(tx, ctx, {
      kind: 'synonyms.removed',
      subjectType: 'SynonymGroup',
      subjectId: id,
      facts: { terms: group.terms.length },
    });
    return removed;
  });
}

async function lockGroup(tx: EntityManager, id: string): Promise<SynonymGroup> {
  const group = await tx.findOne(SynonymGroup, { where: { id }, lock: { mode: 'pessimistic_write' } });
  if (!group) throw new NotFoundError(say('thing.theSynonymGroup'));
  return group;
}

function refuseFillers(terms: readonly string[]): void {
  const problems = terms.flatMap((term, i): FieldProblem[] =>
    isFiller(term)
      ? [
          {
            field: `input.terms[${i}]`,
            code: 'FILLER_WORD',
            message: say('FILLER_WORD.term', { term }),
          },
        ]
      : [],
  );
  if (problems.length > 0) throw new InputError(problems);
}

function readTerms(given: readonly string[]): string[] {
  const problems: FieldProblem[] = [];
  const terms = given.map((value, i) => {
    const term = normalised(cleanText(value) ?? '', 'NFKC').replace(/\s+/g, ' ');
    if (term === '' || hasMoreThan(term, LONGEST))
      problems.push({ field: `input.terms[${i}]`, code: 'LENGTH', message: say('LENGTH.one', { max: LONGEST }) });
    if (/[\uE000\uE001"]/.test(term))
      problems.push({ field: `input.terms[${i}]`, code: 'BAD_FORMAT', message: say('BAD_FORMAT.quotes') });
    return term;
  });
  if (problems.length > 0) throw new InputError(problems);
  const seen = new Set<string>();
  const distinct = terms.filter((term) => seen.size < seen.add(term.toLowerCase()).size);
  if (distinct.length < 2 || distinct.length > 20) throw badInput('input.terms', 'COUNT', say('COUNT.terms'));
  return distinct;
}
