import type { Context } from './context.js';
import type { Node } from './node.js';
import { isUuid } from '../lib/ids.js';

/** Reads the node that a key names, with the viewer's rights; null where there is none or the viewer may not see it. */
export type NodeReader = (ctx: Context, key: string) => Promise<object | null>;

/** Reader of a type whose keys are UUIDs; any other key names nothing. */
export const byUuid =
  (read: (ctx: Context, id: string) => Promise<Node | null>): NodeReader =>
  (ctx, key) =>
    isUuid(key) ? read(ctx, key) : Promise.resolve(null);

/** Reader of a type whose keys are codes of a code list; any other key names nothing. */
export const byCode =
  (read: NodeReader): NodeReader =>
  (ctx, key) =>
    /^[A-Z0-9.]{1,10}$/.test(key) ? read(ctx, key) : Promise.resolve(null);
