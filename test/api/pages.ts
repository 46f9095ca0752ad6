import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A documentation page: its path from the root of the repository, and its text. */
export interface Page {
  path: string;
  text: string;
}

/** A fenced block of a page, with the language of its fence. */
export interface Block {
  path: string;
  language: string;
  text: string;
}

/** A link of a page, with `target` as written. */
export interface Link {
  path: string;
  target: string;
}

/** Reads all documentation pages: those in the root, in data/, and below docs/. */
export async function readPages(): Promise<Page[]> {
  const below = await readdir('docs', { recursive: true });
  const paths = [
    'README.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    'SECURITY.md',
    'data/README.md',
    ...below
      .filter((name) => name.endsWith('.md'))
      .map((name) => join('docs', name))
      .sort(),
  ];
  return Promise.all(paths.map(async (path) => ({ path, text: await readFile(path, 'utf8') })));
}

const FENCED = /^```(\w*)\n([\s\S]*?)^```$/gm;

/** The fenced blocks of a page, in order. */
export function blocksOf({ path, text }: Page): Block[] {
  return [...text.matchAll(FENCED)].map((match) => ({ path, language: match[1]!, text: match[2]! }));
}

/** The text of a page without fenced blocks. */
const prose = (text: string): string => text.replace(FENCED, '');

/**
 * The anchors of a page as GitHub creates them: letters, digits, hyphens and spaces of each heading; repeated ones are
 * numbered.
 */
export function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading] of prose(text).matchAll(/^#{1,6} +(.+)$/gm)) {
    const slug = heading!
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
      .replace(/ /g, '-');
    let anchor = slug;
    for (let n = 1; anchors.has(anchor); n += 1) anchor = `${slug}-${n}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** The links of a page to files of the repository. */
export function linksOf({ path, text }: Page): Link[] {
  return [
    ...prose(text)
      .replace(/`[^`\n]*`/g, '')
      .matchAll(/\]\(([^)\s]+)\)/g),
  ]
    .map((match) => match[1]!)
    .filter((target) => !/^[a-z]+:/i.test(target))
    .map((target) => ({ path, target }));
}
