import { expect, it } from 'vitest';
import { limited } from '../../src/lib/limited.js';

it('runs so many at once, in the order of the calls, and goes on after one that fails', async () => {
  const run = limited(2);
  let [running, most] = [0, 0];
  const begun: number[] = [];
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, (_, i) =>
      run(async () => {
        begun.push(i);
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, (i * 7) % 5));
        running -= 1;
        if (i % 4 === 3) throw new Error('failed');
        return i;
      }),
    ),
  );
  expect(most).toBe(2);
  expect(begun).toEqual(Array.from({ length: 20 }, (_, i) => i));
  expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(5);
  expect(await run(() => Promise.resolve('still'))).toBe('still');
});
