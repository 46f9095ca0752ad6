import { FAULTS, runCampaign, type Outcome, type Row } from './faults/campaign.js';
import type { Figure } from './figures.js';

const ROUNDS = { full: 6, quick: 1 };
const ENTRIES = { full: 5000, quick: 600 };

/**
 * Kills API, postmaster, search engine and worker in turn under load, and checks that every acknowledged write is there
 * exactly once afterwards, and no other more than once.
 */
export async function measureFaults(dataDir: string, quick: boolean, say: (line: string) => void): Promise<Figure[]> {
  const size = quick ? 'quick' : 'full';
  const outcome = await runCampaign(dataDir, {
    faults: Array.from({ length: ROUNDS[size] }, () => FAULTS).flat(),
    entries: ENTRIES[size],
    calmSeconds: 2,
    writes: 50,
    patienceSeconds: 120,
    say,
  });
  say('fault, acknowledged, lost, doubled, recovery seconds');
  for (const row of outcome.rows) say(lineOfRow(row));
  say(`errors that clients got: ${JSON.stringify(outcome.errors)}`);
  for (const death of outcome.deaths) say(`ended by itself: ${death}`);
  return figuresOf(outcome);
}

export const lineOfRow = ({ fault, acknowledged, lost, doubled, recoverySeconds }: Row): string =>
  [fault, acknowledged, lost, doubled, recoverySeconds.toFixed(1)].join(', ');

function figuresOf({ rows, indexDifferences, mailsRepeated, importsRerun, deaths }: Outcome): Figure[] {
  const sum = (of: (row: Row) => number) => rows.reduce((total, row) => total + of(row), 0);
  const recoveries = FAULTS.map((fault): Figure => {
    const seconds = rows.filter((row) => row.fault === fault).map(({ recoverySeconds }) => recoverySeconds);
    return { name: `faults.${fault}_recovery_s`, value: Math.max(...seconds), unit: 's' };
  });
  return [
    { name: 'faults.kills', value: rows.length, unit: 'kills' },
    { name: 'faults.acknowledged', value: sum((row) => row.acknowledged), unit: 'writes' },
    { name: 'faults.lost', value: sum((row) => row.lost) + indexDifferences, unit: 'writes' },
    { name: 'faults.doubled', value: sum((row) => row.doubled), unit: 'writes' },
    { name: 'faults.mails_repeated', value: mailsRepeated, unit: 'mails' },
    { name: 'faults.imports_rerun', value: importsRerun, unit: 'imports' },
    { name: 'faults.deaths', value: deaths.length, unit: 'processes' },
    ...recoveries,
  ];
}
