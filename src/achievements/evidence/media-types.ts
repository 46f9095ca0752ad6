import { open } from 'node:fs/promises';
import { isUtf8 } from 'node:buffer';

const HEAD_BYTES = 64 * 1024;
const OFFICE = 'application/vnd.openxmlformats-officedocument';

/** Accepted kinds of evidence files, as the error for another kind lists them. */
export const EVIDENCE_KINDS = 'PDF, OFD, PNG, JPEG, DOC, DOCX, WPS, XLSX, TXT, CSV, ZIP';

/**
 * Determines a file's media type from its first bytes; null if it is not of an accepted kind. The type that the client
 * states is ignored; the file name only distinguishes CSV from plain text.
 */
export async function sniffMediaType(path: string, fileName: string): Promise<string | null> {
  const file = await open(path, 'r');
  let head: Buffer;
  try {
    const buffer = Buffer.alloc(HEAD_BYTES);
    const { bytesRead } = await file.read(buffer, 0, HEAD_BYTES, 0);
    head = buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
  const starts = (...bytes: number[]) => bytes.every((byte, i) => head[i] === byte);
  if (head.subarray(0, 1024).includes('%PDF-')) return 'application/pdf';
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png';
  if (starts(0xff, 0xd8, 0xff)) return 'image/jpeg';
  if (starts(0x50, 0x4b, 0x03, 0x04)) {
    // A zip file has its first entry names uncompressed near its start; those of office files begin with word/ or xl/.
    if (head.includes('word/')) return `${OFFICE}.wordprocessingml.document`;
    if (head.includes('OFD.xml')) return 'application/ofd';
    if (head.includes('xl/')) return `${OFFICE}.spreadsheetml.sheet`;
    return 'application/zip';
  }
  if (starts(0x50, 0x4b, 0x05, 0x06)) return 'application/zip';
  if (starts(...COMPOUND_FILE)) return compoundType(path, fileName);
  return head.length > 0 && isText(head) ? (/\.csv$/i.test(fileName) ? 'text/csv' : 'text/plain') : null;
}

/** First bytes of a compound file, the container of the old formats of Word and WPS Writer. */
const COMPOUND_FILE = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
/** Names of the streams with the text of a document: of Word, and of WPS Writer up to version 2003. */
const DOCUMENT_STREAMS = ['WordDocument', 'WpsDocument'].map((name) => Buffer.from(name, 'utf16le'));
/** Bytes of a compound file that are searched for the names of its streams. */
const SECTOR_BYTES = 1024 * 1024;

/**
 * Media type of a compound file by the name of the stream that its directory holds: a text document of Word or WPS. Other
 * compound files (spreadsheets with macros, installers, mails) are no accepted evidence. The directory may stand
 * anywhere, so the file is read in pieces that overlap by the length of a name.
 */
async function compoundType(path: string, fileName: string): Promise<string | null> {
  const file = await open(path, 'r');
  try {
    const overlap = Math.max(...DOCUMENT_STREAMS.map((name) => name.length));
    const buffer = Buffer.alloc(SECTOR_BYTES + overlap);
    for (let at = 0; ; at += SECTOR_BYTES) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
      const piece = buffer.subarray(0, bytesRead);
      if (DOCUMENT_STREAMS.some((name) => piece.includes(name)))
        return piece.includes(DOCUMENT_STREAMS[1]!) || /\.wps$/i.test(fileName)
          ? 'application/wps-office.wps'
          : 'application/msword';
      if (bytesRead < buffer.length) return null;
    }
  } finally {
    await file.close();
  }
}

/**
 * Whether the start of a file is UTF-8 or GB18030 text without control characters other than white space and ESC. A
 * text that starts like markup (HTML, SVG, XML), which a browser might execute, does not count as text.
 */
function isText(head: Buffer): boolean {
  if (head.some((byte) => byte < 0x09 || (byte > 0x0d && byte < 0x20 && byte !== 0x1b))) return false;
  if (/^\ufeff?\s*<(?:!doctype|html|script|svg|\?xml|head|body)/i.test(head.toString('utf8', 0, 1024))) return false;
  // The start of the file may end inside a multi-byte character; it therefore counts as UTF-8 also if it is UTF-8
  // without its last 1 to 3 bytes.
  for (let cut = 0; cut < 4 && cut < head.length; cut += 1)
    if (isUtf8(head.subarray(0, head.length - cut))) return true;
  return isGb18030(head);
}

function isGb18030(bytes: Buffer): boolean {
  for (let i = 0; i < bytes.length;) {
    const [first, second, third, fourth] = [bytes[i]!, bytes[i + 1], bytes[i + 2], bytes[i + 3]];
    if (first < 0x80) i += 1;
    else if (first === 0x80 || first === 0xff) return false;
    else if (second === undefined) return true;
    else if ((second >= 0x40 && second <= 0x7e) || (second >= 0x80 && second <= 0xfe)) i += 2;
    else if (second >= 0x30 && second <= 0x39) {
      if (third === undefined || fourth === undefined) return true;
      if (third < 0x81 || third === 0xff || fourth < 0x30 || fourth > 0x39) return false;
      i += 4;
    } else return false;
  }
  return true;
}
