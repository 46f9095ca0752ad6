import { Busboy, type BusboyInstance } from '@fastify/busboy';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { GraphQLError } from 'graphql';
import { requestError } from '../http-errors.js';
import { MAX_JSON_BYTES } from '../limits.js';
import {
  invalidMultipart,
  MAX_FILES,
  MAX_MAP_BYTES,
  orderOfFields,
  placeFile,
  readMap,
  tooLarge,
} from './multipart-map.js';
import { AnnouncedFile, type PartHeader, type SpoolRules } from './uploaded-file.js';
import { say } from '../../messages/catalogue.js';

/** Maximum length in bytes, and number of lines, of the header of one part of a multipart request. */
const MAX_PART_HEADER_BYTES = 4096;
const MAX_PART_HEADER_LINES = 10;
/** Pattern of a valid multipart boundary by RFC 2046, 5.1.1. */
const BOUNDARY = /^[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]$/;

export interface MultipartRules extends SpoolRules {
  /** Milliseconds from the start of the request within which the fields `operations` and `map` must arrive. */
  fieldsMs: number;
  /** Milliseconds without any received byte after which a file that a resolver waits for fails. */
  stallMs: number;
  /** Parses a JSON text; throws a GraphQLError for an invalid one. */
  parse: (text: string) => unknown;
}

/** The reading of one multipart request. */
export interface MultipartReading {
  /**
   * Resolves to the operations, with a FileUpload at each place of a file in their variables; the files themselves may
   * not have arrived yet.
   */
  operations: Promise<object>;
  /** Stops reading the request, and removes every file that was written to disk. */
  close(): Promise<void>;
}

/**
 * Returns the multipart boundary from the Content-Type header; throws MULTIPART_INVALID when it is missing or invalid.
 */
export function boundaryOf(contentType: string | undefined): string {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"\\]*)"|([^;\s"]+))/i.exec(contentType ?? '') ?? [];
  const boundary = quoted ?? plain ?? '';
  if (!BOUNDARY.test(boundary)) throw invalidMultipart(say('MULTIPART_INVALID.boundary'));
  return boundary;
}

/** Maximum bytes of a whole multipart request. */
export const mostBytesOf = (maxFileBytes: number): number => MAX_FILES * maxFileBytes + 2 * MAX_JSON_BYTES;

/**
 * Reads a GraphQL multipart request: first `operations`, then `map`, then the files. Memory use is bounded by the two
 * fields and a few buffers; backpressure slows down a client that sends faster than resolvers ask for files.
 */
export function readParts(request: IncomingMessage, rules: MultipartRules): MultipartReading {
  return new PartReader(request, rules);
}

class PartReader implements MultipartReading {
  readonly operations: Promise<object>;
  private settle!: { resolve: (operations: object) => void; reject: (error: GraphQLError) => void };
  private given: object | undefined;
  private files: Map<string, AnnouncedFile> | undefined;
  private readonly parser: BusboyInstance;
  private readonly watch: NodeJS.Timeout;
  private bytes = 0;
  /**
   * Time (performance.now) of the last received byte, or of the last time that a resolver asked for a file if that is
   * later.
   */
  private lastAt = performance.now();
  private ended = false;

  constructor(
    private readonly request: IncomingMessage,
    private readonly rules: MultipartRules,
  ) {
    this.operations = new Promise((resolve, reject) => (this.settle = { resolve, reject }));
    this.operations.catch(() => undefined);
    this.parser = new Busboy({
      headers: { 'content-type': `multipart/form-data; boundary="${boundaryOf(request.headers['content-type'])}"` },
      // Fields and files are told apart by name, because browsers also give a file name to fields that are sent as
      // blobs.
      isPartAFile: (name: string | undefined) => name !== 'operations' && name !== 'map',
      limits: {
        fieldSize: MAX_JSON_BYTES,
        fields: 2,
        parts: 2 + MAX_FILES,
        headerPairs: MAX_PART_HEADER_LINES,
        headerSize: MAX_PART_HEADER_BYTES,
      },
    });
    this.parser.on('field', (name, value, _nameCut, valueCut) =>
      this.attempt(() => this.takeField(name, value, valueCut)),
    );
    this.parser.on('file', (name, stream, filename, _encoding, mimetype) =>
      this.takeFile(name, stream, { filename: filename ?? '', mimetype }),
    );
    for (const limit of ['partsLimit', 'fieldsLimit'] as const) this.parser.on(limit, () => this.end(tooLarge()));
    this.parser.on('error', () => this.end(orderOfFields()));
    this.parser.on('finish', () => this.end(orderOfFields()));
    request.on('data', this.count);
    request.on('close', this.breakOff);
    request.pipe(this.parser);
    const startedAt = this.lastAt;
    this.watch = setInterval(
      () => {
        const now = performance.now();
        if (!this.files && now - startedAt > rules.fieldsMs) this.end(tooSlow());
        if (this.isAwaited && now - this.lastAt > rules.stallMs) this.end(tooSlow());
      },
      Math.max(Math.min(rules.fieldsMs, rules.stallMs) / 4, 10),
    );
  }

  async close(): Promise<void> {
    this.end(orderOfFields());
    await Promise.all([...(this.files?.values() ?? [])].map((file) => file.remove()));
  }

  private get isAwaited(): boolean {
    return [...(this.files?.values() ?? [])].some((file) => file.isAwaited);
  }

  private readonly count = (chunk: Buffer): void => {
    this.lastAt = performance.now();
    this.bytes += chunk.length;
    if (this.bytes > mostBytesOf(this.rules.maxFileBytes)) this.end(tooLarge());
  };

  private readonly breakOff = (): void => {
    if (!this.request.complete) this.end(orderOfFields());
  };

  private attempt(work: () => void): void {
    if (this.ended) return;
    try {
      work();
    } catch (error) {
      this.end(error as GraphQLError);
    }
  }

  private takeField(name: string, value: string, isCut: boolean): void {
    if (isCut) throw tooLarge();
    if (name === 'operations') {
      if (this.given) throw orderOfFields();
      const operations = this.rules.parse(value);
      if (typeof operations !== 'object' || operations === null)
        throw invalidMultipart(say('MULTIPART_INVALID.operations'));
      this.given = operations;
      return;
    }
    if (!this.given || this.files) throw orderOfFields();
    if (Buffer.byteLength(value) > MAX_MAP_BYTES) throw tooLarge();
    const files = new Map<string, AnnouncedFile>();
    for (const [fileName, paths] of readMap(value)) {
      const file = new AnnouncedFile(this.rules, () => this.onAsked());
      for (const path of paths) placeFile(this.given, path, file.upload);
      files.set(fileName, file);
    }
    this.files = files;
    this.settle.resolve(this.given);
  }

  private takeFile(name: string, stream: Readable, header: PartHeader): void {
    // A part that breaks off also emits an error on its own stream, which would crash the process if nothing listened.
    stream.on('error', () => undefined);
    const file = this.files?.get(name);
    // The bytes of a part that `map` does not announce, or of a second part with the same name, are read and discarded.
    if (this.ended || (this.files && (!file || file.hasArrived))) return void stream.resume();
    if (!file) {
      stream.resume();
      return this.end(orderOfFields());
    }
    file.arrive(stream, header);
    this.letPass();
  }

  private onAsked(): void {
    this.lastAt = performance.now();
    this.letPass();
  }

  /**
   * While a resolver waits for a file that has not arrived, writes the files that came before it to disk, so that they
   * do not hold up the rest of the request.
   */
  private letPass(): void {
    const files = [...(this.files?.values() ?? [])];
    if (files.some((file) => file.isAwaited && !file.hasArrived)) for (const file of files) file.write();
  }

  /**
   * Stops reading the request; resolvers that wait for a file get an error. If the operations have not arrived
   * completely, the request is refused with `error`.
   */
  private end(error: GraphQLError): void {
    if (this.ended) return;
    this.ended = true;
    clearInterval(this.watch);
    this.request.off('data', this.count);
    this.request.off('close', this.breakOff);
    this.request.unpipe(this.parser);
    // The rest of the body is read and discarded, so that a client that is still sending can receive the answer.
    this.request.resume();
    this.settle.reject(error);
    for (const file of this.files?.values() ?? []) file.end();
  }
}

function tooSlow(): GraphQLError {
  return requestError(408, 'BAD_REQUEST', 'BODY_TOO_SLOW', say('BODY_TOO_SLOW.again'));
}
