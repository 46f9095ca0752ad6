import type { Context } from './context.js';
import type { Node } from './node.js';
import { isUuid } from '../lib/ids.js';

/**
 * Reads the node of one type by its key with the viewer's rights; null where no such node exists or the viewer may not
 * see it.
 */
export type NodeReader = (ctx: Context, key: string) => Promise<object | null>;

/** Reader for a type with UUID keys; returns null for any other key. */
export const byUuid =
  (read: (ctx: Context, id: string) => Promise<Node | null>): NodeReader =>
  (ctx, key) =>
    isUuid(key) ? read(ctx, key) : Promise.resolve(null);

/** Reader for a type with keys from a code list; returns null for a key of another form. */
export const byCode =
  (read: NodeReader): NodeReader =>
  (ctx, key) =>
    /^[A-Z0-9.]{1,10}$/.test(key) ? read(ctx, key) : Promise.resolve(null);
