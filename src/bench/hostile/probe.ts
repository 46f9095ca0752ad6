import { readFileSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { isMainThread } from 'node:worker_threads';

/**
 * Probe loaded into the measured process by `--import` only: measures the process's event-loop delay and memory, and
 * reports them to the parent over the IPC channel of `spawn`. The product does not depend on it.
 */

/** Sampling interval of the event-loop monitor, in milliseconds. */
const RESOLUTION_MS = 2;
/** Interval, in milliseconds, between samples of the heap and of the wait for a processor. */
const SAMPLE_MS = 5;
/** Time in milliseconds after which the pause of a garbage collection no longer shows in the event-loop monitor. */
const AFTER_GC_MS = 4 * RESOLUTION_MS;

/** Command from the parent process: begin a measurement (after a full or a minor garbage collection), or end it. */
export type ProbeQuestion = { id: number; ask: 'begin'; full: boolean } | { id: number; ask: 'end' };

/** Values read between `begin` and `end`. */
export interface ProbeReading {
  id: number;
  /** Longest delay of the event loop, in ms. */
  longestMs: number;
  /**
   * Longest delay of the event loop in milliseconds, without the time in which the main thread waited for a processor
   * that other programs used.
   */
  ownMs: number;
  /** Peak resident memory (VmHWM) during the measurement above that at its beginning, in MB. */
  residentMb: number;
  /** Peak of V8's heap and external memory during the measurement above that at its beginning, in MB. */
  heapMb: number;
  /** Resident memory at the end, in MB. */
  rssMb: number;
}

const MB = 1024 * 1024;

const statusMb = (line: 'VmHWM' | 'VmRSS'): number =>
  Number(new RegExp(`${line}:\\s+(\\d+) kB`).exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024;

/** Nanoseconds for which the main thread was ready to run but had no processor (second number of Linux's schedstat). */
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
    // The command to end may arrive right after the longest delay, before the monitor has sampled it.
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
  // The IPC channel alone must not keep the process alive; when the parent ends, this process ends too.
  process.channel?.unref();
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
}

if (isMainThread && process.send) answerParent((reading) => void process.send!(reading));
