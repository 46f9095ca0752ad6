import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { randomFrom } from '../generator.js';
import type { Attack } from './attacks.js';
import type { ProbeReading } from './probe.js';
import { Gun, type Outcome, type Shot } from './shots.js';
import type { Target } from './target.js';

/** Measurements of one attack over its runs. */
export interface AttackResult {
  name: string;
  /** Longest delay of the event loop per run, in ms. */
  delays: number[];
  /**
   * Longest delay of the event loop in each run, in milliseconds, without the time in which the main thread waited for
   * a processor.
   */
  owns: number[];
  /** Peak memory above the idle state in each run, in MB: resident memory or heap, whichever grew more. */
  memories: number[];
  /** Outcome of the last run. */
  outcome: Outcome['status'];
  bytes: number;
  text: string;
  /** How the measured process died during the attack; null if it survived. */
  death: string | null;
}

export interface CampaignTimes {
  runs: number;
  /** Time-out of a request on the client side, in ms. */
  requestMs: number;
  /** Time in milliseconds without any response after which the measured process counts as dead. */
  deadMs: number;
  /** A run that takes longer than this, in milliseconds, is not repeated, because it is already far above the limit. */
  hopelessMs: number;
  /** Time at which the campaign ends, even if some attacks were not sent. */
  deadline: number;
}

/** Wait, in ms, for work that a request leaves behind. */
const SETTLE_MS = 15;
const LINGER_LOOK_MS = 100;
const LINGER_MOST_MS = 4000;
const START_MOST_MS = 20_000;

/**
 * Sends attacks to the measured program one after another, each several times, and restarts the program if it has died.
 */
export class Campaign {
  private target: Target | null = null;
  private readonly gun: Gun;
  /** Names of the attacks that killed the measured process, and how it died. */
  readonly deaths: Array<{ name: string; how: string }> = [];
  requests = 0;

  constructor(
    private readonly start: () => Promise<Target>,
    private readonly times: CampaignTimes,
    private readonly warmUp: readonly Shot[],
    private readonly say: (line: string) => void,
  ) {
    this.gun = new Gun(times.requestMs);
  }

  /** Runs the attacks until the deadline; returns the results of those that were sent. */
  async run(attacks: readonly Attack[]): Promise<AttackResult[]> {
    const results: AttackResult[] = [];
    for (const [index, attack] of attacks.entries()) {
      if (Date.now() > this.times.deadline) {
        this.say(`the time is up: ${attacks.length - index} attacks were not sent`);
        break;
      }
      results.push(await this.attack(attack, index));
    }
    return results;
  }

  /** Returns the measured program in a state to begin: running, warmed up with typical requests, and idle. */
  private async ready(): Promise<Target> {
    if (this.target && this.target.end === null) return this.target;
    this.target = await this.start();
    for (const shot of this.warmUp) await this.gun.fire(this.target.url, shot);
    await this.rest(this.target, START_MOST_MS);
    return this.target;
  }

  private async attack(attack: Attack, index: number): Promise<AttackResult> {
    const result: AttackResult = {
      name: attack.name,
      delays: [],
      owns: [],
      memories: [],
      outcome: 0,
      bytes: 0,
      text: '',
      death: null,
    };
    for (let run = 0; run < this.times.runs; run += 1) {
      if (Date.now() > this.times.deadline && run > 0) break;
      const shot = attack.build(randomFrom(index * 1000 + run));
      const target = await this.ready();
      await target.begin(run === 0);
      const begun = performance.now();
      const answer = await this.gun.fire(target.url, shot);
      this.requests += 1;
      const reading = await this.settled(target, attack);
      Object.assign(result, { outcome: answer.status, bytes: answer.bytes, text: answer.text });
      if (!reading) {
        result.delays.push(performance.now() - begun);
        result.owns.push(performance.now() - begun);
        result.death = await this.bury(target, attack.name);
        return result;
      }
      note(result, reading);
      if (performance.now() - begun > this.times.hopelessMs) break;
    }
    return result;
  }

  private async settled(target: Target, attack: Attack): Promise<ProbeReading | null> {
    await wait(SETTLE_MS);
    if (attack.lingers) await this.rest(target, LINGER_MOST_MS);
    return target.read(this.times.deadMs);
  }

  /** Waits until the measured process uses hardly any processor time. */
  private async rest(target: Target, mostMs: number): Promise<void> {
    for (const end = Date.now() + mostMs; Date.now() < end && target.end === null;) {
      const before = processorMs(target.pid);
      await wait(LINGER_LOOK_MS);
      if (processorMs(target.pid) - before < LINGER_LOOK_MS / 5) return;
    }
  }

  private async bury(target: Target, name: string): Promise<string> {
    const how = target.end ?? `no sign of life for ${(this.times.deadMs / 1000).toFixed(0)} s`;
    await target.kill();
    this.target = null;
    this.deaths.push({ name, how });
    this.say(`the process died (${how}) of: ${name}`);
    return how;
  }

  /**
   * Longest delays of the event loop without any request: one reading for each of `windows` periods of `windowMs`
   * milliseconds; a period whose reading the process does not answer in time is left out.
   */
  async idle(windows: number, windowMs: number): Promise<Array<{ longestMs: number; ownMs: number }>> {
    const delays: Array<{ longestMs: number; ownMs: number }> = [];
    const target = await this.ready();
    for (let i = 0; i < windows; i += 1) {
      await target.begin(false);
      await wait(windowMs);
      const reading = await target.read(this.times.deadMs);
      if (reading) delays.push(reading);
    }
    return delays;
  }

  async end(): Promise<void> {
    this.gun.close();
    await this.target?.kill();
  }
}

function note(result: AttackResult, reading: ProbeReading): void {
  result.delays.push(reading.longestMs);
  result.owns.push(reading.ownMs);
  result.memories.push(Math.max(reading.residentMb, reading.heapMb));
}

/**
 * User and system time of a process in milliseconds (Linux; counted in clock ticks of 10 ms); 0 if the process has
 * ended.
 */
function processorMs(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return 0;
  }
}
