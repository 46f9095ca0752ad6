import { readFileSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { isMainThread } from 'node:worker_threads';

/**
 * Loaded into the measured process by `--import` only: reads the process's event-loop delay and memory and reports them
 * over the IPC channel of `spawn`. The product does not depend on it.
 */

/** Sampling interval of the event-loop monitor, in milliseconds. */
const RESOLUTION_MS = 2;
/** Interval, in milliseconds, between samples of the heap and of the wait for a processor. */
const SAMPLE_MS = 5;
/** Milliseconds after which a garbage-collection pause has left the monitor. */
const AFTER_GC_MS = 4 * RESOLUTION_MS;

/** Commands from the parent: begin a measurement after a full or minor garbage collection, or end it. */
export type ProbeQuestion = { id: number; ask: 'begin'; full: boolean } | { id: number; ask: 'end' };

/** Values read between `begin` and `end`. */
export interface ProbeReading {
  id: number;
  /** Longest delay of the event loop, in ms. */
  longestMs: number;
  /** The same minus the time in which the main thread waited for a processor used by other programs, in ms. */
  ownMs: number;
  /** Peak resident memory (VmHWM) above that at the beginning, in MB. */
  residentMb: number;
  /** Peak heap and external memory of V8 above that at the beginning, in MB. */
  heapMb: number;
  /** Resident memory at the end, in MB. */
  rssMb: number;
}

const MB = 1024 * 1024;

const statusMb = (line: 'VmHWM' | 'VmRSS'): number =>
  Number(new RegExp(`${line}:\\s+(\\d+) kB`).exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024;

/** Nanoseconds that the main thread was runnable without a processor (the second number of schedstat). */
function queuedNs(): number {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[1]);
  } catch {
    return 0;
  }
}

/** Resets the kernel's peak of resident memory to the current value (Linux). */
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
    // The command may arrive right after the longest delay, before the monitor's next sample.
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
  // The channel alone must not keep the process alive, and without its parent the process has no purpose.
  process.channel?.unref();
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
}

if (isMainThread && process.send) answerParent((reading) => void process.send!(reading));
