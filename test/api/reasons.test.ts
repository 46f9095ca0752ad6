import { describe, expect, it } from 'vitest';
import { getNullableType, isInputObjectType } from 'graphql';
import { checkReason, MAX_CHARACTERS, readReason, requireReason, type ReasonKind } from '../../src/kernel/reason.js';
import { inEnglish, say } from '../../src/messages/catalogue.js';
import { InputError, type FieldProblem } from '../../src/kernel/errors.js';
import { createSchema } from '../../src/graphql/schema.js';
import { uniform } from '../../src/lib/random.js';
import { composition } from '../../src/modules.js';

const kinds = Object.keys(MAX_CHARACTERS) as ReasonKind[];

function problemOf(run: () => unknown): { field: string; code: string; message: string } {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) {
      const { field, code, message } = error.problems[0]!;
      return { field, code, message: inEnglish(message) };
    }
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('words that are given with an act', () => {
  it.each(kinds)('of kind %s are counted in code points, to the limit and no further', (kind) => {
    const most = MAX_CHARACTERS[kind];
    for (const sign of ['a', '理', '😀', '𠮷']) {
      expect(readReason('input.reason', sign.repeat(most), kind)).toBe(sign.repeat(most));
      expect(problemOf(() => readReason('input.reason', sign.repeat(most + 1), kind))).toEqual({
        field: 'input.reason',
        code: 'TOO_LONG',
        message: `at most ${most.toLocaleString('en')} characters.`,
      });
    }
  });

  it('are cleaned before they are counted, and are nothing where nothing is left', () => {
    expect(readReason('input.note', `  ${'理'.repeat(500)}\u0000\u200B \n`)).toBe('理'.repeat(500));
    for (const nothing of [null, undefined, '', ' \n\t', '\u0000\u200B\uFEFF', '\uD800']) {
      expect(readReason('input.note', nothing)).toBeNull();
      expect(problemOf(() => requireReason('input.note', nothing, say('REQUIRED.why')))).toEqual({
        field: 'input.note',
        code: 'REQUIRED',
        message: 'say why.',
      });
    }
  });

  it('agree with a plain count for any mixture of signs', () => {
    const random = uniform(7);
    const signs = ['x', '项', '😀', '𠮷', '\u0007', '\uD83D', ' '];
    for (let i = 0; i < 300; i += 1) {
      const length = 480 + Math.floor(random() * 45);
      const text = Array.from({ length }, () => signs[Math.floor(random() * signs.length)]).join('');
      const problems: FieldProblem[] = [];
      const read = checkReason('f', text, problems);
      expect(problems.length > 0).toBe(Array.from(read ?? '').length > MAX_CHARACTERS.reason);
    }
  });

  it('promise in the schema the limits that the reader has', async () => {
    const limits = new Set(Object.values(MAX_CHARACTERS).map((most) => most.toLocaleString('en')));
    const schema = await createSchema(composition);
    const inputs = Object.values(schema.getMutationType()!.getFields()).flatMap(({ args }) =>
      args.map(({ type }) => getNullableType(type)),
    );
    const told = inputs.filter(isInputObjectType).flatMap((input) =>
      Object.values(input.getFields())
        .filter(
          ({ name, type }) =>
            ['reason', 'note', 'answer', 'message', 'text'].includes(name) &&
            String(getNullableType(type)) === 'String',
        )
        .map(({ name, description }) => ({
          field: `${input.name}.${name}`,
          limit: /([\d,]+) characters/.exec(description ?? '')?.[1],
        })),
    );
    expect(told.length).toBeGreaterThan(25);
    expect(told.filter(({ limit }) => limit !== undefined && !limits.has(limit))).toEqual([]);
  });
});
