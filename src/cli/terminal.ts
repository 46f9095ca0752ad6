import { basename } from 'node:path';
import type { App } from '../kernel/context.js';

/** Output of a command; tests pass their own. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  isTTY: boolean;
}

/** Type of a function that opens an app, passes it to `run`, and closes the app afterwards. */
export type WithApp = <T>(run: (app: App) => Promise<T>) => Promise<T>;

/** The terminal of this process. */
export function processTerminal(): Terminal {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isTTY: process.stderr.isTTY ?? false,
  };
}

/** The name of this command for the lock of the data folder, and a function that says what it waits for. */
export function thisCommand(): { command: string; say: (line: string) => void } {
  return {
    command: basename(process.argv[1] ?? 'command', '.js'),
    say: (line) => void process.stderr.write(`${line}\n`),
  };
}

const BAR_WIDTH = 30;
const LINE_EVERY_MS = 2000;

/** Makes a progress display: on a terminal a bar that is redrawn, elsewhere a new line at most every two seconds. */
export function progressBar(
  terminal: Terminal,
  what: string,
): { update(done: number, total: number | null): void; end(): void } {
  const startedAt = Date.now();
  let shownAt = 0;
  let drawn = false;
  return {
    update(done, total) {
      const now = Date.now();
      if (now - shownAt < (terminal.isTTY ? 100 : LINE_EVERY_MS) && done !== total) return;
      shownAt = now;
      const rate = Math.round(done / Math.max(0.001, (now - startedAt) / 1000));
      const text = total === null ? `${done} ${what}, ${rate}/s` : `${done} of ${total} ${what}, ${rate}/s`;
      if (!terminal.isTTY) return terminal.err(`${text}\n`);
      const share = total === null || total === 0 ? 0 : Math.min(1, done / total);
      const bar = total === null ? '' : `[${'#'.repeat(Math.round(share * BAR_WIDTH)).padEnd(BAR_WIDTH, '.')}] `;
      terminal.err(`\r\x1b[K${bar}${text}`);
      drawn = true;
    },
    end() {
      if (drawn) terminal.err('\n');
    },
  };
}
