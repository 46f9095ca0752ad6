import type { Context } from './context.js';
import type { Node } from './node.js';
import { isUuid } from '../lib/ids.js';

/**
 * Reads the object of one GraphQL type by its key, with the viewer's rights. Returns null where no such object exists
 * or the viewer may not see it.
 */
export type NodeReader = (ctx: Context, key: string) => Promise<object | null>;

/** Makes a node reader for a type whose keys are UUIDs; the reader returns null for any other key. */
export const byUuid =
  (read: (ctx: Context, id: string) => Promise<Node | null>): NodeReader =>
  (ctx, key) =>
    isUuid(key) ? read(ctx, key) : Promise.resolve(null);

/**
 * Makes a node reader for a type whose keys are codes of a code list (1 to 10 capitals, digits or dots); the reader
 * returns null for any other key.
 */
export const byCode =
  (read: NodeReader): NodeReader =>
  (ctx, key) =>
    /^[A-Z0-9.]{1,10}$/.test(key) ? read(ctx, key) : Promise.resolve(null);
