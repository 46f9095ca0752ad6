import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { compose, type Module } from '../../src/kernel/module.js';
import type { PersonalData } from '../../src/kernel/personal-data.js';
import { composition, modules } from '../../src/modules.js';
import { inErasureOrder, inExportOrder } from '../../src/privacy/personal-data.order.js';

const sources = async (): Promise<string[]> =>
  (await readdir('src', { recursive: true })).filter((name) => name.endsWith('.ts'));

describe('the list of modules', () => {
  it('holds the module of every domain folder, under the name of the folder', async () => {
    const found = (await sources()).filter((name) => name.endsWith('.module.ts'));
    expect(found.sort()).toEqual(modules.map(({ name }) => `${name}/${name}.module.ts`).sort());
  });

  it('is the only importer of the modules', async () => {
    const importers: string[] = [];
    for (const name of await sources())
      if (/from '[^']*\.module\.js'/.test(await readFile(`src/${name}`, 'utf8'))) importers.push(name);
    expect(importers).toEqual(['modules.ts']);
  });

  it('refuses what two modules bring under one name', () => {
    const task = () => Promise.resolve();
    const one: Module = { name: 'one', tasks: { 'x:do': task } };
    expect(() => compose([one, { name: 'two', tasks: { 'x:do': task } }])).toThrow(/two brings a second task.*x:do/);
    expect(() => compose([one, { name: 'two', nodeReaders: { X: () => Promise.resolve(null) } }])).not.toThrow();
  });

  it('starts by the clock only tasks that a module brings', () => {
    const { tasks, cron } = composition.taskRegistry;
    expect(cron.map(({ task }) => task).filter((task) => !(task in tasks))).toEqual([]);
  });
});

describe('personal data', () => {
  const parts = composition.personalData;
  const step = () => Promise.resolve();

  it('has every erasure step in the order of erasure', () => {
    const steps = parts.flatMap(({ erase }) => erase ?? []);
    expect(steps.length).toBeGreaterThan(0);
    expect(new Set(inErasureOrder(parts))).toEqual(new Set(steps));
  });

  it('erases a talent’s matches and teams before the profile by which they are found', () => {
    const order = inErasureOrder(parts).map((erase) => parts.find((part) => part.erase === erase)!.part);
    expect(order[0]).toBe('identity');
    expect(order.indexOf('talent')).toBeGreaterThan(Math.max(order.indexOf('matching'), order.indexOf('teams')));
  });

  it('refuses a step without a place, and a place without its step', () => {
    const extra: PersonalData = { part: 'deals2', exports: {}, erase: step };
    expect(() => inErasureOrder([...parts, extra])).toThrow(/no place for deals2/);
    expect(() => inErasureOrder(parts.filter(({ part }) => part !== 'teams'))).toThrow(/no step teams/);
    expect(inErasureOrder([...parts, { part: 'deals2', exports: {} }])).toHaveLength(inErasureOrder(parts).length);
  });

  it('exports every part once, each section under a key of its own', () => {
    const extra: PersonalData = { part: 'deals2', exports: { deals2: () => Promise.resolve([]) } };
    const ordered = inExportOrder([...parts, extra]);
    expect(ordered).toHaveLength(parts.length + 1);
    expect(ordered.at(-1)).toBe(extra);
    const keys = ordered.flatMap(({ exports }) => Object.keys(exports));
    expect(keys).toHaveLength(new Set(keys).size);
    expect(keys[0]).toBe('account');
  });
});
