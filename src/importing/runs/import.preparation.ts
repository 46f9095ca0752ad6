import type { EntityManager } from 'typeorm';
import type { App } from '../../kernel/context.js';
import { ColumnMapping } from './import-parts.entity.js';
import type { ImportTarget } from './import.target.js';
import type { ImportTargetCode, MappingSource } from './import.vocabularies.js';
import {
  checkMapping,
  mappingOf,
  MappingFault,
  suggestColumns,
  type Mapping,
  type SuggestedColumn,
} from '../mapping/mapping.js';
import { readLabels, treeNames, type ValueNames } from '../mapping/names.js';
import type { FileReading } from './file-reading.js';
import { openFile } from './import.reading.js';
import type { TabularLimits } from '../../lib/tabular/faults.js';
import type { TabularRow, TabularSource } from '../../lib/tabular/types.js';
import { targetOf } from '../targets/targets.js';
import { say } from '../../messages/catalogue.js';

const SAMPLE_ROWS = 50;

/**
 * An imported file that was read to its end once, with a sample of its rows and the column mapping that it suggests.
 */
export interface Examined {
  source: TabularSource;
  sample: TabularRow[];
  suggested: SuggestedColumn[];
  names: ValueNames;
  /** The kind of import. */
  target: ImportTarget;
}

/**
 * Opens a file and reads its headers and a sample; throws a ContainerFault if the file cannot be used. The caller must
 * close the source.
 */
export async function examineFile(
  app: App,
  path: string,
  fileName: string,
  limits: Partial<TabularLimits>,
  code: ImportTargetCode = 'ACHIEVEMENTS',
  reading: FileReading = {},
): Promise<Examined> {
  const target = targetOf(code);
  const source = await openFile(path, target, reading, { fileName, limits, scratch: app.spool.path });
  try {
    const sample: TabularRow[] = [];
    for await (const row of source.rows()) {
      sample.push(row);
      if (sample.length >= SAMPLE_ROWS) break;
    }
    const names = { trees: await treeNames(app.dataSource), labels: readLabels() };
    return {
      source,
      sample,
      names,
      target,
      suggested: await suggestColumns(
        source.headers,
        sample.map((row) => row.cells),
        names,
        target,
      ),
    };
  } catch (error) {
    await source.close();
    throw error;
  }
}

export interface MappingWish {
  mapping?: Mapping | undefined;
  /** Name of a saved mapping. */
  name?: string | undefined;
}

/**
 * Chooses the column mapping for a file: the given one or the saved one with the given name; else, of the institution's
 * saved mappings whose columns the file all has, the one with the most columns; else the suggested one. The mapping is
 * checked against the file.
 */
export async function chooseMapping(
  db: EntityManager,
  institutionId: string,
  examined: Examined,
  wish: MappingWish,
): Promise<{ mapping: Mapping; source: MappingSource }> {
  const { headers } = examined.source;
  const chosen = await pick();
  checkMapping(chosen.mapping, headers, examined.names, examined.target);
  return chosen;

  async function pick(): Promise<{ mapping: Mapping; source: MappingSource }> {
    if (wish.mapping) return { mapping: wish.mapping, source: 'GIVEN' };
    const saved = await db.find(ColumnMapping, {
      where: { institutionId, target: examined.target.code },
      order: { updatedAt: 'DESC', id: 'DESC' },
    });
    if (wish.name !== undefined) {
      const named = saved.find((mapping) => mapping.name === wish.name);
      if (!named)
        throw new MappingFault(
          saved.length === 0
            ? say('UNKNOWN_MAPPING.none')
            : say('UNKNOWN_MAPPING.named', { names: saved.map((mapping) => `"${mapping.name}"`) }),
        );
      return { mapping: named.mappingData, source: 'GIVEN' };
    }
    const width = (mapping: Mapping) => Object.keys(mapping.columns).length;
    const fitting = saved.filter((mapping) =>
      Object.keys(mapping.mappingData.columns).every((header) => headers.includes(header)),
    );
    const [best] = fitting.sort((a, b) => width(b.mappingData) - width(a.mappingData));
    return best
      ? { mapping: best.mappingData, source: 'SAVED' }
      : { mapping: mappingOf(examined.suggested), source: 'SUGGESTED' };
  }
}
