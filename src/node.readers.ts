import { visibleAchievement } from './achievements/achievement.queries.js';
import { readEvidence, readNdaGrant, readNearDuplicate } from './achievements/achievement.readers.js';
import type { Context } from './context.js';
import { organisationById } from './identity/organisation.entity.js';
import { isUuid } from './lib/ids.js';
import type { Node } from './node.js';
import { industryByCode, regionByCode, strategicAreaByCode } from './taxonomy/taxonomy.entity.js';

/** Reads what a key names, with the viewer's rights; null for what is not there or not theirs to see. */
export type NodeReader = (ctx: Context, key: string) => Promise<object | null>;

const byUuid = (read: (ctx: Context, id: string) => Promise<Node | null>): NodeReader => (ctx, key) => (isUuid(key) ? read(ctx, key) : Promise.resolve(null));

/** How `node(id)` reads each type that implements Node; a test compares this list with the schema. */
export const nodeReaders: Record<string, NodeReader> = {
  Organisation: byUuid((ctx, id) => ctx.load(organisationById).load(id)),
  Industry: (ctx, code) => ctx.load(industryByCode).load(code),
  Region: (ctx, code) => ctx.load(regionByCode).load(code),
  StrategicArea: (ctx, code) => ctx.load(strategicAreaByCode).load(code),
  Achievement: byUuid(visibleAchievement),
  EvidenceFile: byUuid(readEvidence),
  NdaGrant: byUuid(readNdaGrant),
  NearDuplicate: byUuid(readNearDuplicate),
};
