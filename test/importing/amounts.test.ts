import { describe, expect, it } from 'vitest';
import { isUnitOnly, unitOfHeader } from '../../src/importing/mapping/amount-units.js';
import { readAmount, readAmountRange, saysNoAmount } from '../../src/importing/mapping/amounts.js';
import { numberLook, shownNumber } from '../../src/lib/tabular/xlsx-values.js';

describe('the unit in a header (issue 18, point 2)', () => {
  it.each([
    ['资金需求（万元）', 4, 'CNY'],
    ['资金需求万元', 4, 'CNY'],
    ['资金需求(万元)', 4, 'CNY'],
    ['资金需求【万元】', 4, 'CNY'],
    ['资金需求[万元]', 4, 'CNY'],
    ['资金需求/万元', 4, 'CNY'],
    ['资金需求：万元', 4, 'CNY'],
    ['资金需求 万元', 4, 'CNY'],
    ['资金需求-万元', 4, 'CNY'],
    ['资金需求（单位：万元）', 4, 'CNY'],
    ['资金需求（万）', 4, null],
    ['资金需求（人民币万元）', 4, 'CNY'],
    ['资金需求（人民币：万元）', 4, 'CNY'],
    ['资金需求（万元人民币）', 4, 'CNY'],
    ['资金需求（万元，如有）', 4, 'CNY'],
    ['融资需求(下限)万元', 4, 'CNY'],
    ['资金需求（千元）', 3, 'CNY'],
    ['资金需求（百万元）', 6, 'CNY'],
    ['资金需求（亿元）', 8, 'CNY'],
    ['资金需求（元）', null, 'CNY'],
    ['资金需求（万美元）', 4, 'USD'],
    ['资金需求（美元，万）', 4, 'USD'],
    ['资金需求（10⁴元）', 4, 'CNY'],
    ['资金需求（10^4元）', 4, 'CNY'],
    ['Funding need RMB 10k', 4, 'CNY'],
    ['Funding need (RMB 10k)', 4, 'CNY'],
    ['Funding need (RMB 10,000)', 4, 'CNY'],
    ['Funding (USD m)', 6, 'USD'],
    ['Funding USD m', 6, 'USD'],
    ['Funding, USD mn', 6, 'USD'],
    ['Funding (US$ million)', 6, 'USD'],
    ['Funding (million USD)', 6, 'USD'],
    ["Funding (USD '000)", 3, 'USD'],
    ["Funding (USD'000)", 3, 'USD'],
    ['Funding (k€)', 3, 'EUR'],
    ['Funding ($k)', 3, 'USD'],
    ['Funding in thousands of RMB', 3, 'CNY'],
    ['Funding need (in millions)', 6, null],
    ['Funding (RMB)', null, 'CNY'],
    ['资金需求', null, null],
    ['单元素资金', null, null],
    ['Funding need', null, null],
    ['Minimum funding', null, null],
  ])('%j', (header, power, currency) => expect(unitOfHeader(header)).toEqual({ power, currency }));

  it.each(['万元', '（万元）', '单位：万元', '单位:人民币万元', 'RMB 10k', '(USD m)', '元'])(
    '%j alone is a unit',
    (text) => expect(isUnitOnly(text)).toBe(true),
  );
  it.each(['500万元', '资金', '多元材料', '万向轴', '甲', '', '1000', '美元素'])(
    '%j is more than a unit, or none',
    (text) => expect(isUnitOnly(text)).toBe(false),
  );
});

describe('amounts in cells (issue 18, point 2)', () => {
  const wan = { power: 4, currency: 'CNY' };
  it.each([
    ['500万元以上', '5000000', 'CNY'],
    ['≥500万元', '5000000', 'CNY'],
    ['不低于300万元', '3000000', 'CNY'],
    ['约500万元', '5000000', 'CNY'],
    ['伍佰万元', '5000000', 'CNY'],
    ['伍佰万元整', '5000000', 'CNY'],
    ['一千二百万元', '12000000', 'CNY'],
    ['一亿二千万元', '120000000', 'CNY'],
    ['三十五万', '350000', null],
    ['500 万', '5000000', null],
    ['500万（含设备）', '5000000', null],
    ['人民币500万元', '5000000', 'CNY'],
    ['$2M', '2000000', 'USD'],
    ['300万元左右', '3000000', 'CNY'],
    ['500万元人民币', '5000000', 'CNY'],
    ['500多万元', '5000000', 'CNY'],
    ['RMB 10k', '10000', 'CNY'],
  ])('%j', (cell, value, currency) => {
    expect(readAmount(cell)).toMatchObject({ value, currency });
    expect(readAmount(cell, wan)).toMatchObject({ value, currency });
  });
  it('takes the unit of the header only where the cell states none', () => {
    expect(readAmount('500', wan)).toMatchObject({ value: '5000000', currency: null, stated: false });
    expect(readAmount('伍佰', wan)).toMatchObject({ value: '5000000' });
    expect(readAmount('300元', wan)).toMatchObject({ value: '300', currency: 'CNY', stated: true });
    expect(readAmount('500万元', wan)).toMatchObject({ value: '5000000' });
    expect(readAmount('50万美元', wan)).toMatchObject({ value: '500000', currency: 'USD' });
  });
  it('reads ranges', () => {
    for (const cell of ['500-800 万元人民币', '500—800万元', '500万至800万元', '500 to 800 万元', '约500-800万元'])
      expect(readAmountRange(cell)).toMatchObject({ min: '5000000', max: '8000000', currency: 'CNY', ranged: true });
    expect(readAmountRange('500~800')).toMatchObject({ min: '500', max: '800', stated: false, ranged: true });
    expect(readAmountRange('500~800', wan)).toMatchObject({ min: '5000000', max: '8000000' });
    expect(readAmountRange('USD 1-3 million')).toMatchObject({ min: '1000000', max: '3000000', currency: 'USD' });
    expect(readAmountRange('50万-1000000元')).toMatchObject({ min: '500000', max: '1000000' });
    expect(readAmountRange('500万元以上')).toMatchObject({ min: '5000000', max: '5000000', bound: 'LOWER' });
    expect(readAmountRange('不超过500万元')).toMatchObject({ bound: 'UPPER' });
  });
  it.each(['500万元/年', '十', '第三', '一二三', '5%', '10-20%', '1.5E+07', '元'])('refuses %j', (cell) =>
    cell === '十'
      ? expect(readAmount(cell)).toMatchObject({ value: '10' })
      : expect(readAmountRange(cell)).toMatchObject({ code: 'BAD_AMOUNT' }),
  );
  it.each(['面议', '待定', '协商', 'negotiable', 'TBD', '无', '-', ''])('%j states none', (cell) =>
    expect(saysNoAmount(cell)).toBe(true),
  );
});

describe('words of number formats (issue 18, point 2)', () => {
  it.each([
    ['0"万元"', '500', '500万元'],
    ['#,##0.00"万元"', '500.5', '500.5万元'],
    ['0万元', '500', '500万元'],
    ['General"万元"', '500', '500万元'],
    ['G/通用格式"万元"', '12.5', '12.5万元'],
    ['"TRL"0', '6', 'TRL6'],
    ['"TRL "0"级"', '6', 'TRL 6级'],
    ['"T"000', '7', 'T007'],
    ['0!.0,"万"', '8000000', '800万'],
    ['0\\.0,"万"', '8123456', '812.3456万'],
    ['0.00,,"百万"', '5000000', '5百万'],
    ['[>=100000000]0!.00,,"亿";[>=10000]0!.0,"万";0', '250000000', '2.5亿'],
    ['[>=100000000]0!.00,,"亿";[>=10000]0!.0,"万";0', '35000', '3.5万'],
    ['[>=100000000]0!.00,,"亿";[>=10000]0!.0,"万";0', '300', '300'],
    ['[$USD] #,##0', '500', 'USD 500'],
    ['¥#,##0', '500', '500'],
    ['#,##0', '5000000', '5000000'],
    ['0.00_);(0.00)', '5', '5'],
    ['0%', '0.85', '85%'],
    ['0.0%', '0.1234', '12.34%'],
    ['00000', '42', '00042'],
    ['0.00E+00', '5000000', '5000000'],
    ['yyyy"年"m"月"', '45047', '2023-05-01'],
  ])('%s shows %s as %s', (code, stored, shown) =>
    expect(shownNumber(stored, numberLook(164, code), false)).toBe(shown),
  );
  it('shows the built-in percentages', () => expect(shownNumber('0.5', numberLook(9, undefined), false)).toBe('50%'));
});
