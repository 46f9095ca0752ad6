import { readFileSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { isMainThread } from 'node:worker_threads';

/**
 * Loaded into the measured process by `--import`, and by nothing else: it reads the delay of the event loop and the
 * memory there, and answers its parent over the channel that `spawn` opens. The product knows nothing of it.
 */

/** Milliseconds between two looks of the event loop's monitor. */
const RESOLUTION_MS = 2;
/** Milliseconds between two samples of the heap and of the wait for a processor. */
const SAMPLE_MS = 5;
/** Time in which the pause of the collection has passed the monitor. */
const AFTER_GC_MS = 4 * RESOLUTION_MS;

/** What the parent asks: to begin a measurement, after a full or a small collection, or to end it. */
export type ProbeQuestion = { id: number; ask: 'begin'; full: boolean } | { id: number; ask: 'end' };

/** What was read between `begin` and `end`. */
export interface ProbeReading {
  id: number;
  /** Longest time that the event loop came late, in ms. */
  longestMs: number;
  /** The same without the time in which the main thread waited for a processor that other programs used, in ms. */
  ownMs: number;
  /** Most resident memory (VmHWM) over that at the beginning, in MB. */
  residentMb: number;
  /** Most heap and external memory of V8 over that at the beginning, in MB. */
  heapMb: number;
  /** Resident memory at the end, in MB. */
  rssMb: number;
}

const MB = 1024 * 1024;

const statusMb = (line: 'VmHWM' | 'VmRSS'): number =>
  Number(new RegExp(`${line}:\\s+(\\d+) kB`).exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024;

/** Nanoseconds that the main thread has stood ready without a processor (the second number of schedstat). */
function queuedNs(): number {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[1]);
  } catch {
    return 0;
  }
}

/** Sets the kernel's peak of resident memory back to what is resident now (Linux). */
const forgetPeak = (): void => writeFileSync('/proc/self/clear_refs', '5');

function heapBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function answerParent(send: (reading: ProbeReading | { id: number }) => void): void {
  const monitor = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  monitor.enable();
  let begun = { rss: 0, heap: 0 };
  let peakHeap = 0;
  let longestOwn = 0;
  let last = { at: performance.now(), queued: queuedNs() };
  const sample = () => {
    peakHeap = Math.max(peakHeap, heapBytes());
    const now = { at: performance.now(), queued: queuedNs() };
    longestOwn = Math.max(longestOwn, now.at - last.at - (now.queued - last.queued) / 1e6 - SAMPLE_MS);
    last = now;
  };
  setInterval(sample, SAMPLE_MS).unref();

  const begin = async (full: boolean): Promise<void> => {
    globalThis.gc?.({ type: full ? 'major' : 'minor', execution: 'sync' });
    await wait(AFTER_GC_MS);
    forgetPeak();
    begun = { rss: statusMb('VmRSS'), heap: heapBytes() };
    peakHeap = begun.heap;
    last = { at: performance.now(), queued: queuedNs() };
    longestOwn = 0;
    monitor.reset();
  };
  const end = async (id: number): Promise<ProbeReading> => {
    // The question may come before the monitor has looked once more, straight out of the longest delay.
    await wait(AFTER_GC_MS);
    sample();
    const rss = statusMb('VmRSS');
    return {
      id,
      longestMs: Math.max(0, monitor.max / 1e6 - RESOLUTION_MS),
      ownMs: longestOwn,
      residentMb: Math.max(0, statusMb('VmHWM') - begun.rss),
      heapMb: Math.max(0, Math.max(peakHeap, heapBytes()) - begun.heap) / MB,
      rssMb: rss,
    };
  };
  process.on('message', (question: ProbeQuestion) => {
    if (question.ask === 'begin') void begin(question.full).then(() => send({ id: question.id }));
    else void end(question.id).then(send);
  });
  // The channel alone keeps no process alive, and without a parent there is nothing to serve.
  process.channel?.unref();
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
}

if (isMainThread && process.send) answerParent((reading) => void process.send!(reading));
