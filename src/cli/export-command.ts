import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { App } from '../kernel/context.js';
import { exportStream, type ExportFormat, type ExportScope } from '../importing/export/export.service.js';
import { HelpAsked, parseArguments } from './arguments.js';
import { UsageError } from './command.js';
import { chooseInstitution } from './institutions.js';
import { progressBar, type Terminal, type WithApp } from './terminal.js';

export const EXPORT_USAGE = `npm run export -- achievements FILE.csv|FILE.xlsx (--pool | --institution ID|CODE|NAME) [--locale zh|en]

  --pool          what anyone may see of the pool
  --institution   all results of one institution, as its editors see them, by its id, or by the code or whole name of a verified one; what was exported can be imported again
`;

/**
 * Runs the export command: writes a spreadsheet and returns the exit code. The file gets its final name only when it is
 * complete.
 */
export async function exportCommand(args: string[], terminal: Terminal, within: WithApp): Promise<0 | 2> {
  try {
    const wish = readArguments(args);
    await within((app) => exportTo(app, wish, terminal));
    return 0;
  } catch (error) {
    if (error instanceof HelpAsked) {
      terminal.out(EXPORT_USAGE);
      return 0;
    }
    if (!(error instanceof UsageError)) throw error;
    terminal.err(`${error.message}\n${error.message.includes(EXPORT_USAGE) ? '' : `\n${EXPORT_USAGE}`}`);
    return 2;
  }
}

interface Wish {
  file: string;
  format: ExportFormat;
  pool: boolean;
  institution: string | undefined;
  locale: 'zh' | 'en';
}

async function exportTo(app: App, wish: Wish, terminal: Terminal): Promise<void> {
  const scope: ExportScope = wish.pool
    ? { pool: true }
    : { institutionId: (await chooseInstitution(app, wish.institution)).id };
  const bar = progressBar(terminal, 'rows');
  let rows = 0;
  const stream = exportStream(app, scope, wish.format, wish.locale, (count) => bar.update((rows = count), null));
  const file = resolve(app.config.invokedFrom, wish.file);
  const partial = `${file}.part`;
  try {
    await pipeline(stream, createWriteStream(partial));
    await rename(partial, file);
    bar.update(rows, rows);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  } finally {
    bar.end();
  }
  terminal.out(`${rows} results in ${wish.file}\n`);
}

function readArguments(args: string[]): Wish {
  const { values, positionals } = parseArguments({
    args,
    allowPositionals: true,
    options: {
      pool: { type: 'boolean', default: false },
      institution: { type: 'string' },
      locale: { type: 'string', default: 'zh' },
    },
  });
  const [what, file, ...more] = positionals;
  const format = /\.(csv|xlsx)$/i.exec(file ?? '')?.[1]?.toLowerCase() as ExportFormat | undefined;
  const { pool, institution, locale } = values;
  if (
    what === 'achievements' &&
    file !== undefined &&
    more.length === 0 &&
    format &&
    (locale === 'zh' || locale === 'en') &&
    !(pool && institution !== undefined)
  ) {
    return { file, format, pool, institution, locale };
  }
  throw new UsageError(EXPORT_USAGE);
}
