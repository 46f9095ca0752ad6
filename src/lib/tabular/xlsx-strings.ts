import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PAGE_BYTES = 32 * 1024;
/**
 * Number of full pages (12 MiB of text) at which all pages move from memory to a temporary file; further ones are
 * written there.
 */
const MEMORY_PAGES = (12 * 1024 * 1024) / PAGE_BYTES;
/** Number of pages of the temporary file that are cached in memory: 4 MiB. */
const CACHED_PAGES = 128;
/**
 * Texts of at least LONG_TEXT_BYTES bytes are cached in decoded form, the last LONG_TEXTS of them; each has at most
 * 32,767 characters.
 */
const LONG_TEXT_BYTES = 1024;
const LONG_TEXTS = 16;
/** Maximum total length of the texts in bytes: offsets are unsigned 32-bit integers. */
const MAX_BYTES = 0xffff_ffff;

/**
 * Stores strings by index, packed as UTF-8 into pages. Beyond 12 MiB the pages go to a temporary file, so that a
 * workbook with hundreds of megabytes of different texts needs only some dozen megabytes of memory. The file is
 * unlinked right after it is created, so that not even a crash leaves it behind.
 */
export class StringStore {
  private offsets = new Uint32Array(4096);
  private count = 0;
  private bytes = 0;
  private page = Buffer.allocUnsafeSlow(PAGE_BYTES);
  private pages: Buffer[] = [];
  private spilled = 0;
  private descriptor: number | null = null;
  private readonly cache = new Map<number, Buffer>();
  private readonly longTexts = new Map<number, string>();

  /** `folder` is the folder in which the temporary file is created, by default the system's. */
  constructor(private readonly folder = tmpdir()) {}

  get length(): number {
    return this.count;
  }

  append(text: string): void {
    const source = Buffer.from(text, 'utf8');
    if (this.bytes + source.length > MAX_BYTES) throw new RangeError('The shared strings of a workbook exceed 4 GiB.');
    for (let at = 0; at < source.length;) {
      const used = this.bytes % PAGE_BYTES;
      const copied = source.copy(this.page, used, at);
      at += copied;
      this.bytes += copied;
      if (used + copied === PAGE_BYTES) this.turnPage();
    }
    if (this.count + 2 > this.offsets.length) {
      const grown = new Uint32Array(this.offsets.length * 2);
      grown.set(this.offsets);
      this.offsets = grown;
    }
    this.offsets[++this.count] = this.bytes;
  }

  /** Length of the string at an index in UTF-8 bytes; undefined for an unknown index. */
  byteLength(index: number): number | undefined {
    if (!Number.isInteger(index) || index < 0 || index >= this.count) return undefined;
    return (this.offsets[index + 1] as number) - (this.offsets[index] as number);
  }

  /**
   * Returns the string at an index; undefined for an unknown index. A long string that several cells in a row share is
   * decoded only once.
   */
  get(index: number): string | undefined {
    const bytes = this.byteLength(index);
    if (bytes === undefined) return undefined;
    if (bytes < LONG_TEXT_BYTES) return this.decode(index);
    const kept = this.longTexts.get(index);
    if (kept !== undefined) return kept;
    const text = this.decode(index);
    if (this.longTexts.size >= LONG_TEXTS) this.longTexts.delete(this.longTexts.keys().next().value!);
    this.longTexts.set(index, text);
    return text;
  }

  private decode(index: number): string {
    const start = this.offsets[index] as number;
    const end = this.offsets[index + 1] as number;
    const firstPage = Math.floor(start / PAGE_BYTES);
    const from = start % PAGE_BYTES;
    if (from + (end - start) <= PAGE_BYTES) {
      return end === start ? '' : this.pageAt(firstPage).toString('utf8', from, from + end - start);
    }
    const pieces: Buffer[] = [];
    for (let at = start; at < end;) {
      const offset = at % PAGE_BYTES;
      const piece = this.pageAt(Math.floor(at / PAGE_BYTES)).subarray(offset, Math.min(PAGE_BYTES, offset + end - at));
      // The piece is copied, because the cache may reuse its page for the next piece.
      pieces.push(Buffer.from(piece));
      at += piece.length;
    }
    return Buffer.concat(pieces).toString('utf8');
  }

  /** Frees the pages and the temporary file; the store is empty afterwards. May be called twice. */
  close(): void {
    if (this.descriptor !== null) closeSync(this.descriptor);
    this.descriptor = null;
    this.count = 0;
    this.pages = [];
    this.cache.clear();
    this.longTexts.clear();
    this.offsets = new Uint32Array(0);
  }

  private turnPage(): void {
    if (this.descriptor === null) {
      this.pages.push(this.page);
      this.page = Buffer.allocUnsafeSlow(PAGE_BYTES);
      if (this.pages.length < MEMORY_PAGES) return;
      this.descriptor = unlinkedFile(this.folder);
      for (const page of this.pages) this.spill(page);
      this.pages = [];
    } else {
      this.spill(this.page);
    }
  }

  private spill(page: Buffer): void {
    for (let done = 0; done < PAGE_BYTES;) {
      done += writeSync(this.descriptor as number, page, done, PAGE_BYTES - done, this.spilled * PAGE_BYTES + done);
    }
    this.spilled++;
  }

  private pageAt(number: number): Buffer {
    if (number === Math.floor(this.bytes / PAGE_BYTES)) return this.page;
    if (this.descriptor === null) return this.pages[number] as Buffer;
    const cached = this.cache.get(number);
    if (cached !== undefined) {
      // The page is inserted again, so that the map's order is the order of last use (LRU).
      this.cache.delete(number);
      this.cache.set(number, cached);
      return cached;
    }
    let page: Buffer | undefined;
    if (this.cache.size >= CACHED_PAGES) {
      const [oldest] = this.cache;
      if (oldest !== undefined) {
        this.cache.delete(oldest[0]);
        page = oldest[1];
      }
    }
    page ??= Buffer.allocUnsafeSlow(PAGE_BYTES);
    for (let done = 0; done < PAGE_BYTES;) {
      const read = readSync(this.descriptor, page, done, PAGE_BYTES - done, number * PAGE_BYTES + done);
      if (read === 0) throw new Error('The temporary file of the shared strings ended early.');
      done += read;
    }
    this.cache.set(number, page);
    return page;
  }
}

function unlinkedFile(parent: string): number {
  const folder = mkdtempSync(join(parent, 'techpool-strings-'));
  try {
    return openSync(join(folder, 'strings'), 'wx+', 0o600);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
