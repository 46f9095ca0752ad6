import { PassThrough, type Readable } from 'node:stream';
import { spool, type Spooled } from '../lib/spool.js';
import { FileUpload, UploadIncompleteError, type ReceivedFile } from '../graphql/upload.js';

/** What the header of a file's part says. */
export interface PartHeader {
  filename: string;
  mimetype: string;
}

/** Where files go, and how large they may be at all. */
export interface SpoolRules {
  folder: string;
  maxFileBytes: number;
}

/**
 * One file that the map of a multipart request announces. Its part waits, and with it the whole request, until a resolver
 * asks for it; a part that stands before one which is asked for is written to disk too, as it may be asked for later.
 */
export class AnnouncedFile {
  /** What variables hold. */
  readonly upload: FileUpload;
  /** The most bytes that any resolver takes; zero until one asks. */
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

  /** Whether a resolver waits for bytes of it that have not come. */
  get isAwaited(): boolean {
    return this.wanted > 0 && !this.cut && (this.part === undefined || this.pass !== undefined);
  }

  /** Takes the part of the request that holds the file. */
  arrive(stream: Readable, header: PartHeader): void {
    this.part = { stream, header };
    if (this.wanted > 0) this.write();
  }

  /** Writes the part to disk, if it has come and is not written yet. */
  write(): void {
    if (!this.part || this.writing || this.cut) return;
    const { stream, header } = this.part;
    // The parser waits for ever for a part that was destroyed: what is not written any further is read to its end.
    const pass = new PassThrough();
    this.pass = pass;
    // It may break off before the file is open and anybody listens.
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

  /** No more bytes come from the client: a file that is not whole never will be. */
  end(): void {
    this.cut = true;
    if (!this.part?.stream.readableEnded) this.breakOff();
    for (const { reject } of this.waiting.splice(0)) reject(new UploadIncompleteError());
  }

  /** Removes what was written. */
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
    // Another field of the operation may ask for the file again: the end of the request removes it.
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
