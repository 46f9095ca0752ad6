import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sniffMediaType } from '../../src/achievements/evidence/media-types.js';
import { scratch, writeZip } from '../importing/tabular-kit.js';

const { path } = scratch();

/** A compound file: its signature, `before` bytes, and the name of a stream in UTF-16. */
function compound(stream: string, before = 4096): Buffer {
  return Buffer.concat([
    Buffer.from('d0cf11e0a1b11ae1', 'hex'),
    Buffer.alloc(before),
    Buffer.from(stream, 'utf16le'),
    Buffer.alloc(512),
  ]);
}

describe('evidence by content', () => {
  it.each([
    ['a .doc', 'proof.doc', compound('WordDocument'), 'application/msword'],
    [
      'a .doc with its directory far behind',
      'proof.doc',
      compound('WordDocument', 3 * 1024 * 1024 - 10),
      'application/msword',
    ],
    ['a .wps', 'proof.wps', compound('WpsDocument'), 'application/wps-office.wps'],
    ['a .wps in the container of Word', 'proof.wps', compound('WordDocument'), 'application/wps-office.wps'],
    ['an installer named .doc', 'proof.doc', compound('Binary.exe'), null],
  ])('%s', async (_what, name, bytes, type) => {
    const file = await path(name);
    await writeFile(file, bytes);
    expect(await sniffMediaType(file, name)).toBe(type);
  });

  it('an .ofd', async () => {
    const file = await writeZip(await path('proof.ofd'), { 'OFD.xml': '<ofd:OFD/>', 'Doc_0/Document.xml': '<a/>' });
    expect(await sniffMediaType(file, 'proof.ofd')).toBe('application/ofd');
    expect(join(file)).toContain('proof.ofd');
  });
});
