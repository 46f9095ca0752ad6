import { describe, expect, it } from 'vitest';
import { blinderOf, mapLocalized } from '../../src/vetting/reviews/desk.blinding.js';

const blind = blinderOf({
  institutions: [{ zh: '陇原大学', en: 'Longyuan University' }, { zh: '陇原大学新材料研究院' }],
  inventors: [{ zh: '王小明', en: 'Wang Xiaoming' }, { zh: '李四' }, { en: 'Maria del Carmen Ortiz' }],
});

describe('blinding', () => {
  it('hides names in Chinese, also with blanks between the characters', () => {
    expect(blind('陇原大学王小明团队与李 四合作')).toBe('〇〇〇〇团队与〇〇合作');
    expect(blind('依托陇原大学新材料研究院')).toBe('依托〇〇');
  });

  it('hides English names in any case, order and with initials, and only as whole words', () => {
    expect(blind('LONGYUAN  UNIVERSITY, Wang Xiaoming and Xiaoming Wang')).toBe(
      '[institution], [inventor] and [inventor]',
    );
    expect(blind('Xiaoming, Wang; X. Wang; Wang X.')).not.toMatch(/wang/i);
    expect(blind('Maria-del-Carmen Ortiz')).toBe('[inventor]');
    expect(blind('Lisiere and Wangxiaomingite are minerals')).toBe('Lisiere and Wangxiaomingite are minerals');
  });

  it('hides numbers and addresses that lead to a name', () => {
    const text =
      '专利 ZL201910123456.7、CN110123456A，申请号201910123456.X，PCT/CN2020/123456，10.1000/xyz123，0000-0002-1825-0097，wang@longyuan.edu.cn，13912345678，https://lab.example/x，TP2026-000001';
    const hidden = blind(text);
    for (const trace of [
      '201910123456',
      '110123456',
      '123456',
      'xyz123',
      '1825',
      'longyuan',
      '13912345678',
      'lab.example',
      '000001',
    ])
      expect(hidden).not.toContain(trace);
  });

  it('leaves figures of the matter alone', () => {
    const text = '转化效率 23.5%，1000 h 老化后衰减 <2%，2019 年起中试 3000 吨，CN 配位数 12, 180-220 °C';
    expect(blind(text)).toBe(text);
  });

  it('leaves texts alone where there is nothing to hide', () => {
    const open = blinderOf({ institutions: [], inventors: [{ zh: '王' }] });
    expect(open('王水溶解法')).toBe('王水溶解法');
  });

  it('treats special characters in names as letters, not as patterns', () => {
    expect(
      blinderOf({ institutions: [{ en: 'R&D (Lab) [X]*' }], inventors: [] })('the R&D (Lab) [X]* of the north'),
    ).toBe('the [institution] of the north');
  });

  it('keeps the languages of a text', () => {
    expect(mapLocalized({ zh: '陇原大学' }, blind)).toEqual({ zh: '〇〇' });
    expect(mapLocalized(null, blind)).toBeNull();
  });
});
