import { describe, expect, it } from 'vitest';
import { parseRor } from '../../src/identity/organisations/ror.js';
import { parseUscc } from '../../src/identity/organisations/uscc.js';

describe('unified social credit codes', () => {
  it.each([
    '12100000400000624D',
    '12100000400002259P',
    '91330100799655058B',
    '9144030071526726XG',
    '914403001922038216',
    '91110000802100433B',
    '91350100M000100Y43',
  ])('accepts %s, which is in use', (code) => {
    expect(parseUscc(code)).toBe(code);
    expect(parseUscc(` ${code.slice(0, 8)} ${code.slice(8).toLowerCase()} `)).toBe(code);
  });

  it('refuses every single wrong character and every swap of neighbours', () => {
    const code = '12100000400000624D';
    const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
    for (let i = 0; i < 18; i += 1) {
      for (const character of alphabet) {
        if (character !== code[i]) expect(parseUscc(code.slice(0, i) + character + code.slice(i + 1))).toBeNull();
      }
      const swapped = code.slice(0, i) + (code[i + 1] ?? '') + code[i]! + code.slice(i + 2);
      if (swapped !== code && swapped.length === 18) expect(parseUscc(swapped)).toBeNull();
    }
  });

  it.each([
    '',
    '12100000400000624',
    '12100000400000624DD',
    '1210000040000062OD',
    'I2100000400000624D',
    '１２１０００００４００００６２４Ｄ',
  ])('refuses %j', (text) => {
    expect(parseUscc(text)).toBeNull();
  });
});

describe('ROR ids', () => {
  it.each(['03cve4549', '02v51f717', '01ggx4157', '00f54p054', '042nb2s44', '034t30j35'])(
    'accepts %s, which is in use, and makes it a URL',
    (id) => {
      for (const form of [id, `https://ror.org/${id}`, `ror.org/${id.toUpperCase()}`, ` http://ror.org/${id}/ `])
        expect(parseRor(form)).toBe(`https://ror.org/${id}`);
    },
  );

  it.each([
    '03cve4548',
    '03cev4549',
    '13cve4549',
    '03cve454',
    '03cve45499',
    '03cue4549',
    'https://example.org/03cve4549',
    '',
  ])('refuses %j', (text) => {
    expect(parseRor(text)).toBeNull();
  });
});
