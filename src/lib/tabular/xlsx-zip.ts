import type { Message } from '../messages/message.js';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { ContainerFault, type TabularLimits } from './faults.js';
import { say } from './tabular.messages.js';

const MAX_ENTRIES = 10_000;
/**
 * Inflated size in bytes below which a part may have any compression ratio: short and very regular sheets compress
 * well.
 */
const RATIO_FLOOR_BYTES = 16 * 1024 * 1024;

/** Makes the error for a file that is not a workbook, or is a damaged one. */
export function notAWorkbook(why: Message, cause?: unknown): ContainerFault {
  return new ContainerFault(say('NOT_A_WORKBOOK', { why }), {
    cause,
  });
}

/** Makes the error for a workbook that has too many parts, or inflates to more than is allowed. */
export function zipBomb(why: Message): ContainerFault {
  return new ContainerFault(say('ZIP_BOMB.workbook', { why }));
}

function faultOf(error: unknown): ContainerFault {
  if (error instanceof ContainerFault) return error;
  const reason = error instanceof Error ? error.message : String(error);
  // The zip library (yauzl) stops an entry as soon as it inflates to more than its declared size.
  if (reason.startsWith('too many bytes')) return zipBomb(say('workbook.declares'));
  return notAWorkbook(say('workbook.zip', { reason }), error);
}

function keyOf(partName: string): string {
  return partName.replaceAll('\\', '/').replace(/^\/+/, '').toLowerCase();
}

/**
 * The zip file of a workbook, read part by part. Inflated bytes are limited by counting them, not by the sizes that the
 * file declares.
 */
export class WorkbookZip {
  private inflated = 0;

  private constructor(
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
    private readonly limits: TabularLimits,
  ) {}

  static async open(filePath: string, limits: TabularLimits): Promise<WorkbookZip> {
    let zip: ZipFile | undefined;
    try {
      zip = await openPromise(filePath, { autoClose: false });
      const entries = await WorkbookZip.index(zip, limits);
      return new WorkbookZip(zip, entries, limits);
    } catch (error) {
      zip?.close();
      throw faultOf(error);
    }
  }

  private static async index(zip: ZipFile, limits: TabularLimits): Promise<Map<string, Entry>> {
    if (zip.entryCount > MAX_ENTRIES) throw zipBomb(say('workbook.parts', { count: zip.entryCount, max: MAX_ENTRIES }));
    const entries = new Map<string, Entry>();
    let declared = 0;
    for await (const entry of zip.eachEntry()) {
      declared += entry.uncompressedSize;
      if (declared > limits.maxUncompressedBytes)
        throw zipBomb(say('workbook.size', { max: limits.maxUncompressedBytes }));
      const key = keyOf(entry.fileName);
      if (!/\.(?:xml|rels)$/.test(key)) continue;
      if (entries.has(key)) throw notAWorkbook(say('workbook.samePart', { name: key.slice(0, 100) }));
      entries.set(key, entry);
    }
    return entries;
  }

  has(partName: string): boolean {
    return this.entries.has(keyOf(partName));
  }

  /**
   * Yields the inflated bytes of a part of the workbook; throws ContainerFault if the part is missing, encrypted, or
   * inflates to more than the limits allow.
   */
  async *read(partName: string): AsyncGenerator<Buffer> {
    const entry = this.entries.get(keyOf(partName));
    if (entry === undefined) throw notAWorkbook(say('workbook.noPart', { name: partName.slice(0, 100) }));
    if (entry.isEncrypted()) {
      throw new ContainerFault(say('ENCRYPTED_WORKBOOK.part'));
    }
    this.checkRatio(entry, entry.uncompressedSize);
    let bytes = 0;
    try {
      for await (const chunk of await this.zip.openReadStreamPromise(entry)) {
        const buffer = chunk as Buffer;
        bytes += buffer.length;
        this.inflated += buffer.length;
        if (this.inflated > this.limits.maxUncompressedBytes) {
          throw zipBomb(say('workbook.size', { max: this.limits.maxUncompressedBytes }));
        }
        this.checkRatio(entry, bytes);
        yield buffer;
      }
    } catch (error) {
      throw faultOf(error);
    }
  }

  private checkRatio(entry: Entry, bytes: number): void {
    if (bytes <= RATIO_FLOOR_BYTES || bytes <= entry.compressedSize * this.limits.maxCompressionRatio) return;
    throw zipBomb(say('workbook.ratio', { max: this.limits.maxCompressionRatio }));
  }

  close(): void {
    this.zip.close();
  }
}
