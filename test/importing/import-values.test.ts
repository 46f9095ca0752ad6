import { describe, expect, it } from 'vitest';
import { unitOfHeader } from '../../src/importing/mapping/amount-units.js';
import { readAmount, readAmountRange } from '../../src/importing/mapping/amounts.js';
import { fieldsForHeader } from '../../src/importing/mapping/fields.js';
import { findLabel, readLabels } from '../../src/importing/mapping/names.js';
import { readDate } from '../../src/importing/mapping/dates.js';
import { readTrl } from '../../src/importing/mapping/trl.js';
import { joinList, languageOf, saysNothing, splitList, splitNumbers } from '../../src/importing/mapping/values.js';
import { formOfNumber } from '../../src/importing/mapping/ip-numbers.js';

describe('lists', () => {
  it.each([
    ['量子; 频标；铯钟', ['量子', '频标', '铯钟']],
    ['量子、频标，铯钟,氢钟', ['量子', '频标', '铯钟', '氢钟']],
    ['a|b\nc', ['a', 'b', 'c']],
    ['Smith, John; Doe, Jane', ['Smith, John', 'Doe, Jane']],
    ['["铜, 精炼","镍"]', ['铜, 精炼', '镍']],
    ['  ', []],
  ])('reads %j', (cell, items) => expect(splitList(cell)).toEqual(items));

  it('gives back what it wrote, whatever the items hold', () => {
    for (const items of [
      ['a, b', 'c; d'],
      ['one, only'],
      ['back\\slash', 'end\\'],
      ['[1]'],
      ['甲、乙', '丙|丁\n戊'],
      ['plain'],
    ])
      expect(splitList(joinList(items))).toEqual(items);
  });

  it('leaves the commas of a patent number alone', () => {
    expect(splitNumbers('13/033,085')).toEqual(['13/033,085']);
    expect(splitNumbers('ZL201910402321.3,ZL202020574308.4')).toEqual(['ZL201910402321.3', 'ZL202020574308.4']);
  });
});

describe('numbers of IP rights', () => {
  it.each(['0', '-', '—', '无', 'N/A', 'n/a', 'none', '  '])('takes %j for none', (cell) =>
    expect(saysNothing(cell)).toBe(true),
  );
  it.each(['10', 'ZL1', '无机'])('takes %j for something', (cell) => expect(saysNothing(cell)).toBe(false));
  it('tells the kind of a Chinese patent', () => {
    expect(
      ['ZL201910402321.3', 'ZL202020574308.4', 'CN202130000001.5', '2021SR0123456', '6,109,270'].map(
        (number) => formOfNumber(number).type,
      ),
    ).toEqual(['INVENTION_PATENT', 'UTILITY_MODEL', 'DESIGN_PATENT', 'SOFTWARE_COPYRIGHT', 'INVENTION_PATENT']);
  });
});

describe('dates', () => {
  it.each([
    ['2023-05-01', '2023-05-01'],
    ['2023/5/1', '2023-05-01'],
    ['2023.5', '2023-05-01'],
    ['20230501', '2023-05-01'],
    ['2023年5月1日', '2023-05-01'],
    ['2023年5月', '2023-05-01'],
    ['05/14/2016', '2016-05-14'],
    ['14/05/2016', '2016-05-14'],
    ['2023-05-01T00:00:00', '2023-05-01'],
    ['２０２３－０５－０１', '2023-05-01'],
  ])('reads %j', (cell, date) => expect(readDate(cell, null)).toBe(date));
  it('reads what could be two days only in a declared order', () => {
    expect(readDate('05/06/2016', null)).toMatchObject({ code: 'AMBIGUOUS_DATE' });
    expect(readDate('05/06/2016', 'MDY')).toBe('2016-05-06');
    expect(readDate('05/06/2016', 'DMY')).toBe('2016-06-05');
  });
  it.each(['2023-02-30', '2023-13-01', 'soon', '45047', '31/12/16'])('refuses %j', (cell) =>
    expect(readDate(cell, null)).toMatchObject({ code: 'BAD_DATE' }),
  );
});

it.each([
  ['6', 6],
  ['TRL 6', 6],
  ['TRL6级', 6],
  ['6级', 6],
  ['第六级', 6],
  ['trl-9', 9],
])('reads the readiness level %j', (cell, level) => expect(readTrl(cell)).toBe(level));
it.each(['0', '10', 'TRL', 'high'])('refuses the readiness level %j', (cell) =>
  expect(readTrl(cell)).toMatchObject({ code: 'OUT_OF_RANGE' }),
);

describe('amounts', () => {
  it.each([
    ['3000000', '3000000', null],
    ['3,000,000', '3000000', null],
    ['300万元', '3000000', 'CNY'],
    ['1.25亿', '125000000', null],
    ['USD 3 million', '3000000', 'USD'],
    ['￥50万', '500000', 'CNY'],
    ['12.5', '12.5', null],
    ['0.00015亿元', '15000', 'CNY'],
  ])('reads %j exactly', (cell, value, currency) => expect(readAmount(cell)).toMatchObject({ value, currency }));
  it.each(['many', '1,00', '-5', '5 5', '1.234.567', '0.123'])('refuses %j', (cell) =>
    expect(readAmount(cell)).toMatchObject({ code: 'BAD_AMOUNT' }),
  );
  it('lets the unit at the end of a range hold for both ends', () => {
    expect(readAmountRange('100-300万元')).toMatchObject({ min: '1000000', max: '3000000', currency: 'CNY' });
    expect(readAmountRange('50万~1亿')).toMatchObject({ min: '500000', max: '100000000', currency: null });
    expect(readAmountRange('1 to 3 million USD')).toMatchObject({ min: '1000000', max: '3000000', currency: 'USD' });
    expect(readAmountRange('300-100万')).toMatchObject({ code: 'INVERTED_RANGE' });
  });
  it('takes the unit of the header', () => {
    expect(unitOfHeader('资金需求（万元）')).toEqual({ power: 4, currency: 'CNY' });
    expect(unitOfHeader('资金需求')).toEqual({ power: null, currency: null });
  });
});

it('tells the language of a text', () => expect(['量子 clock', 'clock'].map(languageOf)).toEqual(['zh', 'en']));

describe('headers', () => {
  it.each([
    ['成果名称', 'title'],
    ['项目名称', 'title'],
    ['成果名称（英文）', 'title.en'],
    ['英文名称', 'title.en'],
    ['Title (en)', 'title.en'],
    ['title.zh', 'title.zh'],
    ['登记号', 'registrationNo'],
    ['Case Number', 'externalId'],
    ['Patent Number', 'ipRights.number'],
    ['Application SN', 'ipRights.applicationNumber'],
    ['ABSTRACT', 'abstract'],
    ['关键词', 'keywords'],
    ['所属行业', 'industries'],
    ['技术成熟度(TRL)', 'trl'],
    ['第一完成人', 'inventors'],
    ['资金需求（万元）', 'fundingNeed.range'],
    ['id', 'id'],
  ])('takes %j for %s', (header, key) => expect(fieldsForHeader(header)[0]?.key).toBe(key));
  it.each(['Screen', '行业名称', '备注', 'Patent Expiration Date', 'Center', ''])('takes %j for nothing', (header) =>
    expect(fieldsForHeader(header)).toEqual([]),
  );
});

describe('headers in traditional characters (issue 18, point 4)', () => {
  it.each([
    ['編號', 'externalId'],
    ['成果名稱', 'title'],
    ['成果簡介', 'summary'],
    ['成果類別', 'category'],
    ['技術成熟度', 'trl'],
    ['所屬行業', 'industries'],
    ['資金需求（萬元）', 'fundingNeed.range'],
    ['專利號', 'ipRights.number'],
    ['關鍵詞', 'keywords'],
    ['應用領域', 'applications'],
    ['所在地區', 'regionCode'],
  ])('takes %j for %s', (header, key) => expect(fieldsForHeader(header)[0]?.key).toBe(key));
  it('reads labels and units in them', () => {
    expect(findLabel(readLabels().category, '應用技術成果')).toBe('APPLIED_TECHNOLOGY');
    expect(unitOfHeader('資金需求（萬元）')).toEqual({ power: 4, currency: 'CNY' });
    expect(readAmount('500萬元')).toMatchObject({ value: '5000000', currency: 'CNY' });
    expect(readAmount('1.5億')).toMatchObject({ value: '150000000' });
  });
});
