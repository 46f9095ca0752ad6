import { ESLint } from 'eslint';
import { afterEach, describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../src/kernel/config.js';
import { inZone } from '../../src/kernel/jobs.js';
import { composition } from '../../src/modules.js';
import {
  addMonths,
  asShownInCells,
  CHINA,
  dayNumber,
  dayOfChina,
  firstOfMonth,
  isIsoDate,
  isoDay,
  monthsAfter,
  timeOfChina,
  useTimeZone,
  yearOfChina,
} from '../../src/lib/day.js';
import { readDate } from '../../src/importing/mapping/dates.js';
import { assignedMail } from '../../src/vetting/reviewers/reviewers.mails.js';

const at = (text: string) => new Date(text);

afterEach(() => useTimeZone(CHINA));

describe('the day is China’s (issue 15, point 15)', () => {
  it('changes at midnight in Beijing, not in Greenwich', () => {
    expect(dayOfChina(at('2026-12-31T15:59:59.999Z'))).toBe('2026-12-31');
    expect(dayOfChina(at('2026-12-31T16:00:00Z'))).toBe('2027-01-01');
    expect(yearOfChina(at('2026-12-31T16:30:00Z'))).toBe(2027);
    expect(timeOfChina(at('2026-12-31T16:30:00Z'))).toBe('2027-01-01 00:30');
    expect(firstOfMonth(at('2026-12-31T16:00:00Z'))).toBe('2027-01-01');
    expect(firstOfMonth(at('2027-02-28T16:00:00Z'), -1)).toBe('2027-02-01');
  });

  it('holds at any moment: eight hours before UTC, and the wall clock of a cell', () => {
    for (let i = 0; i < 2_000; i += 1) {
      const moment = new Date(Date.UTC(1995, 0, 1) + i * 7_654_321_000);
      const shifted = new Date(moment.getTime() + 8 * 3_600_000);
      expect(dayOfChina(moment)).toBe(shifted.toISOString().slice(0, 10));
      expect(asShownInCells(moment).toISOString().slice(0, 19)).toBe(shifted.toISOString().slice(0, 19));
      expect(isoDay(dayNumber(dayOfChina(moment)))).toBe(dayOfChina(moment));
    }
  });

  it('counts months by the calendar of China', () => {
    // 00:30 on 31 August in Beijing plus six months is the last day of February, at 00:30 there.
    expect(monthsAfter(at('2026-08-30T16:30:00Z'), 6).toISOString()).toBe('2027-02-27T16:30:00.000Z');
    expect(monthsAfter(at('2026-12-31T16:30:00.123Z'), 24).toISOString()).toBe('2028-12-31T16:30:00.123Z');
    expect(addMonths('2028-02-29', -48)).toBe('2024-02-29');
    expect(addMonths('2026-12-31', 2)).toBe('2027-02-28');
    expect(isIsoDate('2027-02-29')).toBe(false);
  });

  it('follows another zone where the deployment has one, also with summer time', () => {
    useTimeZone('Europe/Berlin');
    expect(dayOfChina(at('2026-06-30T22:30:00Z'))).toBe('2026-07-01');
    expect(dayOfChina(at('2026-12-31T22:30:00Z'))).toBe('2026-12-31');
    expect(monthsAfter(at('2026-01-15T11:00:00Z'), 6).toISOString()).toBe('2026-07-15T10:00:00.000Z');
    expect(readConfig({}).timeZone).toBe('Asia/Shanghai');
    expect(readConfig({ TIME_ZONE: 'Asia/Urumqi' }).timeZone).toBe('Asia/Urumqi');
    for (const wrong of ['Asia/Atlantis', '8', "x'; DROP", '+08:00'])
      expect(() => readConfig({ TIME_ZONE: wrong })).toThrow(ConfigError);
  });

  it('starts daily jobs by the clock of China', () => {
    const expiry = composition.taskRegistry.cron.find(({ task }) => task === 'vetting:expire-passports')!;
    const matches = inZone(expiry.match);
    // 00:10 in Beijing on 1 January is 16:10 UTC on 31 December.
    expect(matches({ min: 10, hour: 16, date: 31, month: 12, dow: 4 })).toBe(true);
    expect(matches({ min: 10, hour: 0, date: 1, month: 1, dow: 5 })).toBe(false);
    expect(inZone('30 0 1 1 *')({ min: 30, hour: 16, date: 31, month: 12, dow: 4 })).toBe(true);
    expect(inZone('* * * * *')({ min: 1, hour: 2, date: 3, month: 4, dow: 5 })).toBe(true);
  });

  it('is meant in mails and read from cells with an offset', () => {
    expect(timeOfChina(at('2026-12-31T16:30:00Z'))).toContain('2027-01-01');
    for (const locale of ['ZH', 'EN'] as const) {
      const due = timeOfChina(at('2026-12-31T16:30:00Z'));
      expect(assignedMail.text[locale]({ count: 1, due })[1]).toContain('2027-01-01');
    }
    expect(readDate('2026-12-31T16:30:00Z', null)).toBe('2027-01-01');
    expect(readDate('2026-12-31T16:00:00.000Z', null)).toBe('2027-01-01');
    expect(readDate('2027-01-01T00:30:00+08:00', null)).toBe('2027-01-01');
    expect(readDate('2026-12-31T00:00:00.000Z', null)).toBe('2026-12-31');
    expect(readDate('2026-12-31 23:30', null)).toBe('2026-12-31');
  });
});

describe('the lint rule', () => {
  const eslint = new ESLint({ ignore: false });
  /** Complaints of the rule about a text, as if it stood in a file of the program. */
  const complaints = async (code: string): Promise<number> => {
    const config = (await eslint.calculateConfigForFile('src/lib/limited.ts')) as { plugins: object };
    const alone = new ESLint({
      overrideConfigFile: true,
      overrideConfig: {
        files: ['**/*.js'],
        plugins: { local: (config.plugins as Record<string, never>)['local'] },
        rules: { 'local/day-of-china': 'error' },
      } as never,
    });
    const [result] = await alone.lintText(code, { filePath: 'x.js' });
    return result!.messages.length;
  };

  it.each([
    'x.toISOString().slice(0, 10)',
    'x.toISOString().substring(0, 7)',
    "x.toISOString().split('T')[0]",
    'x.toJSON()?.slice(0, 10)',
    'const iso = x.toISOString(); use(iso.slice(0, 10))',
    'x.getFullYear()',
    'x.getUTCFullYear()',
    "x['getMonth']()",
    'x.getUTCDate()',
    'x.setUTCMonth(3)',
    'x.toLocaleDateString()',
    'Date.UTC(2026, 1, 1)',
    "new Intl.DateTimeFormat('en')",
    "q('SELECT current_date')",
    "q('SELECT now()::date')",
    'q(`SELECT COALESCE(registered_on, created_at::date) FROM a`)',
    'q(`SELECT ${column}::date`)',
    "q('SELECT CAST(created_at AS date)')",
    "q(`SELECT date_trunc('month', at) FROM a`)",
    "q('SELECT extract(year FROM a.created_at)')",
    `q("SELECT to_char(created_at, 'YYYY')")`,
    'q("SELECT date_part(\'year\', now())")',
  ])('refuses %s', async (code) => {
    expect(await complaints(code)).toBeGreaterThan(0);
  });

  it.each([
    'x.toISOString()',
    'name.slice(0, 10)',
    'q(`SELECT $1::date, :today::date`)',
    "q(`SELECT (created_at AT TIME ZONE 'Asia/Shanghai')::date`)",
    "q('SELECT extract(epoch FROM now() - min(run_at))')",
    "q('SELECT extract(year FROM x.registered_on)')",
    `q("SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY')")`,
    `q("SELECT to_char(m.month, 'YYYY-MM')")`,
    "q('created_at timestamptz(3) NOT NULL, $1::timestamptz')",
  ])('accepts %s', async (code) => {
    expect(await complaints(code)).toBe(0);
  });

  it('is on for the whole program but the one file of days', async () => {
    const rules = async (file: string) =>
      ((await eslint.calculateConfigForFile(file)) as { rules: Record<string, unknown> }).rules['local/day-of-china'];
    for (const file of ['src/main.ts', 'src/bench/run.ts', 'src/cli/import.ts', 'migrations/index.ts'])
      expect([file, await rules(file)]).toEqual([file, [2]]);
    expect(await rules('src/lib/day.ts')).toBeUndefined();
  });
});
