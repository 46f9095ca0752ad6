import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../harness.js';
import { caseFile, taken } from './cases-kit.js';

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp();
});
afterAll(() => t.close());

const take = async (name: string) => taken(t, await caseFile(name));
const needs = ({ results }: Awaited<ReturnType<typeof take>>) =>
  results.map(({ fundingNeed }) => fundingNeed && [fundingNeed.min, fundingNeed.max, fundingNeed.currency].join(' '));

describe('point 2: amounts', () => {
  it('07-format-holds-unit.xlsx: the number format holds the unit', async () => {
    const got = await take('07-format-holds-unit.xlsx');
    expect(needs(got)).toEqual(['5000000 5000000 CNY', '12000000 12000000 CNY', '8000000 8000000 CNY']);
    expect(got.results.map(({ trl }) => trl)).toEqual([6, 7, 6]);
  });
  it.each([
    ['10-unit-in-header.csv', '5000000 5000000 CNY'],
    ['10c-unit-in-header-colon.csv', '6000000 6000000 CNY'],
    ['46-amount-thousand-header.csv', '5000000 5000000 CNY'],
    ['17-header-marks.csv', '3000000 3000000 CNY'],
  ])('%s: the header holds the unit', async (name, need) => expect(needs(await take(name))).toEqual([need]));

  it('12-amount-forms.csv: 20 ways to write an amount', async () => {
    const got = await take('12-amount-forms.csv');
    const byTitle = new Map(
      got.results.map(({ title, fundingNeed }) => [
        Number(/\d+/.exec(title.zh!)![0]),
        fundingNeed && `${fundingNeed.min} ${fundingNeed.max} ${fundingNeed.currency}`,
      ]),
    );
    const range = '5000000 8000000 CNY';
    const five = '5000000 5000000 CNY';
    const three = '3000000 3000000 CNY';
    expect(Object.fromEntries(byTitle)).toEqual({
      1: range,
      2: five,
      3: five,
      4: three,
      5: five,
      6: null,
      7: range,
      8: range,
      9: five,
      10: '50000000 100000000 CNY',
      11: five,
      12: null,
      13: null,
      15: five,
      16: five,
      17: five,
      18: '2000000 2000000 USD',
      19: three,
      20: range,
    });
    const at = (line: number) => got.run.reportRows.nodes.filter((row) => row.line === line).map((row) => row.code);
    expect(at(7)).toContain('AMOUNT_DOUBTED');
    expect(at(15)).toEqual(['BAD_AMOUNT']);
  });

  it('47-amount-with-header-and-unit.csv: the cell wins over the header, and 30 billion are doubted', async () => {
    const got = await take('47-amount-with-header-and-unit.csv');
    expect(needs(got)).toEqual(['5000000 5000000 CNY', null, '300 300 CNY']);
    const doubted = got.run.reportRows.nodes.filter((row) => row.code === 'AMOUNT_DOUBTED');
    expect(doubted.map(({ line, severity }) => [line, severity])).toEqual([
      [3, 'INFO'],
      [4, 'INFO'],
    ]);
  });
});
