import { heaviest, type TextVector } from '../../text/similarity.vectors.js';

/** Terms kept of a text: the tail costs memory and carries next to nothing. */
const KEPT_TERMS = 48;

/** A vector as it is stored: count (uint32), commonness (float32), then terms (uint32) and weights (float32), little-endian. */
export function encodeVector(vector: TextVector): Buffer {
  const kept = heaviest(vector, KEPT_TERMS);
  const n = kept.terms.length;
  const bytes = Buffer.alloc(8 + 8 * n);
  bytes.writeUInt32LE(n, 0);
  bytes.writeFloatLE(vector.commonness, 4);
  for (let i = 0; i < n; i += 1) {
    bytes.writeUInt32LE(kept.terms[i]!, 8 + 4 * i);
    bytes.writeFloatLE(kept.weights[i]!, 8 + 4 * (n + i));
  }
  return bytes;
}

/** Reads a stored vector; null for one without terms. Both lists share one piece of memory, in the byte order of all platforms that Node runs on but one. */
export function decodeVector(bytes: Buffer): TextVector | null {
  const n = bytes.readUInt32LE(0);
  if (n === 0) return null;
  const { buffer } = Uint8Array.from(bytes.subarray(8, 8 + 8 * n));
  return {
    terms: new Uint32Array(buffer, 0, n),
    weights: new Float32Array(buffer, 4 * n, n),
    commonness: bytes.readFloatLE(4),
  };
}
