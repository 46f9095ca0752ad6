import { describe, expect, it } from 'vitest';
import { assignPanels } from '../../../src/vetting/assignments/optimum/assign.js';
import { assignPanelsInWorker } from '../../../src/vetting/assignments/optimum/in-worker.js';
import { syntheticProblem, syntheticSetting } from '../../../src/vetting/assignments/optimum/synthetic-cohort.js';

const small = syntheticProblem({ ...syntheticSetting, entries: 120, reviewers: 36, industries: 4 }, 31);

// The thread compiles its sources first, which takes long on a busy machine.
describe('an assignment in a thread of its own', { timeout: 120_000 }, () => {
  it('gives what the function gives', async () => {
    expect(await assignPanelsInWorker(small, { seed: 2 })).toEqual(assignPanels(small, { seed: 2 }));
  });

  it('leaves the event loop free meanwhile', async () => {
    const problem = syntheticProblem({ ...syntheticSetting, entries: 500, reviewers: 90 }, 32);
    let beats = 0;
    const heart = setInterval(() => (beats += 1), 20);
    const startedAt = performance.now();
    await assignPanelsInWorker(problem);
    const elapsed = performance.now() - startedAt;
    clearInterval(heart);
    expect(beats).toBeGreaterThan(elapsed / 20 / 4);
  });

  it('stops when aborted', async () => {
    const problem = syntheticProblem({ ...syntheticSetting, entries: 1500, reviewers: 200 }, 33);
    const stop = new AbortController();
    const running = assignPanelsInWorker(problem, {}, { signal: stop.signal });
    setTimeout(() => stop.abort(new Error('the operator closed the page')), 100);
    const startedAt = performance.now();
    await expect(running).rejects.toThrow('the operator closed the page');
    expect(performance.now() - startedAt).toBeLessThan(3000);
    await expect(assignPanelsInWorker(small, {}, { signal: stop.signal })).rejects.toThrow(
      'the operator closed the page',
    );
  });

  it('rejects on a malformed problem', async () => {
    await expect(assignPanelsInWorker({ ...small, similarity: new Float32Array(1) })).rejects.toThrow(
      'similarity: expected 4320 numbers',
    );
  });
});
