import { PassThrough, type Readable } from 'node:stream';
import { spool, type Spooled } from '../../lib/spool.js';
import { FileUpload, UploadIncompleteError, type ReceivedFile } from '../../graphql/upload.js';

/** File name and media type, as stated in the header of a multipart part. */
export interface PartHeader {
  filename: string;
  mimetype: string;
}

/** Rules for storing uploaded files: the folder, and the maximum size of any file in bytes. */
export interface SpoolRules {
  folder: string;
  maxFileBytes: number;
}

/**
 * One file that the field `map` of a multipart request announces. The file's bytes, and with them the rest of the
 * request, are read only when a resolver asks for the file. A file that comes before one asked for is written to disk,
 * as it may be asked for later.
 */
export class AnnouncedFile {
  /** The value that stands for the file in the operation's variables. */
  readonly upload: FileUpload;
  /** The largest size limit, in bytes, of the resolvers that have asked for the file; zero until one asks. */
  private wanted = 0;
  private part: { stream: Readable; header: PartHeader } | undefined;
  private writing: Promise<ReceivedFile> | undefined;
  private pass: PassThrough | undefined;
  private written: Spooled | undefined;
  private cut = false;
  private waiting: Array<{ resolve: (file: Promise<ReceivedFile>) => void; reject: (error: Error) => void }> = [];

  constructor(
    private readonly rules: SpoolRules,
    /** Called when a resolver asks for the file. */
    private readonly onAsked: () => void,
  ) {
    this.upload = new FileUpload((maxBytes) => this.receive(maxBytes));
  }

  get hasArrived(): boolean {
    return this.part !== undefined;
  }

  /** Whether a resolver waits for bytes of the file that have not arrived yet. */
  get isAwaited(): boolean {
    return this.wanted > 0 && !this.cut && (this.part === undefined || this.pass !== undefined);
  }

  /** Takes the part of the multipart request that holds the file; writes it to disk if a resolver has asked for it. */
  arrive(stream: Readable, header: PartHeader): void {
    this.part = { stream, header };
    if (this.wanted > 0) this.write();
  }

  /** Starts to write the file's part to disk, if it has arrived and is not being written yet. */
  write(): void {
    if (!this.part || this.writing || this.cut) return;
    const { stream, header } = this.part;
    // The multipart parser would wait forever for a destroyed part. So the part is piped into another stream; when that
    // one closes, the rest of the part is read and discarded.
    const pass = new PassThrough();
    this.pass = pass;
    // The stream may fail before the file is open and has its own listener; an error without a listener would crash the
    // process.
    pass.on('error', () => undefined);
    stream.once('error', () => this.breakOff());
    pass.once('close', () => {
      this.pass = undefined;
      stream.unpipe(pass);
      stream.resume();
    });
    stream.pipe(pass);
    this.writing = this.keep(pass, header);
    this.writing.catch(() => undefined);
    for (const { resolve } of this.waiting.splice(0)) resolve(this.writing);
  }

  /**
   * Called when no more bytes will come: an incomplete file is cut off, and the resolvers that wait for the file get an
   * error.
   */
  end(): void {
    this.cut = true;
    if (!this.part?.stream.readableEnded) this.breakOff();
    for (const { reject } of this.waiting.splice(0)) reject(new UploadIncompleteError());
  }

  /** Removes the written file. */
  async remove(): Promise<void> {
    this.end();
    this.breakOff();
    await this.writing?.catch(() => undefined);
    await this.written?.dispose();
  }

  private breakOff(): void {
    this.pass?.destroy(new UploadIncompleteError());
  }

  private async keep(pass: PassThrough, header: PartHeader): Promise<ReceivedFile> {
    try {
      this.written = await spool(pass, { folder: this.rules.folder, maxBytes: () => this.mostBytes });
    } catch (error) {
      if (pass.errored instanceof UploadIncompleteError) throw pass.errored;
      throw error;
    }
    // Another field of the operation may ask for the same file, so `dispose` does nothing; the file is removed when the
    // request ends.
    return { ...this.written, ...header, dispose: () => Promise.resolve() };
  }

  private get mostBytes(): number {
    return Math.min(this.rules.maxFileBytes, this.wanted || this.rules.maxFileBytes);
  }

  private receive(maxBytes: number): Promise<ReceivedFile> {
    this.wanted = Math.max(this.wanted, maxBytes);
    this.write();
    this.onAsked();
    if (this.writing) return this.writing;
    if (this.cut) return Promise.reject(new UploadIncompleteError());
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }
}
