import { heaviest, type TextVector } from '../../text/similarity.vectors.js';

/**
 * Number of terms stored per text vector, those with the largest weights: the others cost memory and hardly change the
 * similarity.
 */
const KEPT_TERMS = 48;

/**
 * Encodes a text vector for storage, little-endian: number of terms (uint32), commonness (float32), then all terms
 * (uint32) and all weights (float32).
 */
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

/**
 * Decodes a stored text vector; null if it has no terms. Terms and weights are views of one buffer, so the machine must
 * be little-endian.
 */
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
