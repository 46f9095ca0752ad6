import { comparable } from './normalise.js';

/**
 * Near-duplicate detection by MinHash and banding (Broder 1997; Leskovec, Rajaraman & Ullman, Mining of Massive
 * Datasets, ch. 3) over character 3-grams, which suit Chinese and English alike. Two texts with Jaccard similarity s
 * share at least one band with probability 1 - (1 - s^ROWS)^BANDS: 0.57 at s = 0.60 and 0.90 at s = 0.75.
 */
export const BANDS = 6;
const ROWS = 4;
const HASHES = BANDS * ROWS;

/** Set of hashed character 3-grams of a normalised text; a text of one or two characters gives one gram. */
export function shingles(text: string): Set<number> {
  const chars = comparable(text);
  const set = new Set<number>();
  if (chars.length === 0) return set;
  const last = Math.max(1, chars.length - 2);
  for (let i = 0; i < last; i += 1) {
    // Hash of one gram: FNV-1a over its UTF-16 code units.
    let hash = 0x811c9dc5;
    for (let j = i; j < Math.min(i + 3, chars.length); j += 1) {
      hash = Math.imul(hash ^ chars.charCodeAt(j), 0x01000193);
    }
    set.add(hash >>> 0);
  }
  return set;
}

/** Finaliser of the hash function Murmur3; derives independent hashes of the same value by different seeds. */
function mix(value: number, seed: number): number {
  let h = value ^ seed;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

const SEEDS = Array.from({ length: HASHES }, (_, i) => mix(i + 1, 0x9e3779b9));

/**
 * MinHash bands of a text as signed 64-bit decimal strings (PostgreSQL bigint). Two texts with a band in common are
 * candidates for an exact comparison. Empty for an empty text.
 */
export function bands(text: string): string[] {
  const set = shingles(text);
  if (set.size === 0) return [];
  const minima = new Uint32Array(HASHES).fill(0xffffffff);
  for (const gram of set) {
    for (let i = 0; i < HASHES; i += 1) {
      const value = mix(gram, SEEDS[i]!);
      if (value < minima[i]!) minima[i] = value;
    }
  }
  const result: string[] = [];
  for (let band = 0; band < BANDS; band += 1) {
    let low = band + 1;
    let high = ~band;
    for (let row = 0; row < ROWS; row += 1) {
      low = mix(low, minima[band * ROWS + row]!);
      high = mix(high, minima[band * ROWS + row]! ^ 0x5bd1e995);
    }
    result.push(BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low)).toString());
  }
  return result;
}

/** Jaccard similarity of two texts' 3-gram sets, 0 to 1. */
export function similarity(a: string, b: string): number {
  const first = shingles(a);
  const second = shingles(b);
  if (first.size === 0 || second.size === 0) return 0;
  let common = 0;
  for (const gram of first) if (second.has(gram)) common += 1;
  return common / (first.size + second.size - common);
}
