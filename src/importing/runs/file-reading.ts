import type { TextEncoding } from '../../lib/tabular/encoding.js';

/** How a file is read, as its user has said; each part that is missing is found from the file. It is stored as JSON. */
export interface FileReading {
  /** Name of the worksheet. */
  sheet?: string;
  /** Row of a worksheet, or line of a text file, that is the header. */
  headerRow?: number;
  encoding?: TextEncoding;
  /** Headers of the mapping that the user gave, by which the header row is recognised. */
  named?: string[];
}
