import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import type { Context } from '../kernel/context.js';
import { badInput } from '../kernel/errors.js';
import { fromGlobalId } from '../lib/ids.js';
import { Node } from '../kernel/node.js';
import { say } from '../messages/catalogue.js';

const MAX_NODES = 100;

/**
 * Reads one object by its global id with the viewer's rights; returns null where no such object exists or the viewer
 * may not see it. Throws BAD_USER_INPUT, naming `field`, for a text that is no global id of a known type.
 */
async function readNode(ctx: Context, globalId: string, field: string): Promise<object | null> {
  const id = fromGlobalId(globalId);
  const reader = id ? ctx.app.modules.nodeReaders[id.type] : undefined;
  if (!id || !reader) throw badInput(field, 'BAD_ID', say('BAD_ID.platform'));
  return reader(ctx, id.key);
}

@Resolver()
export class NodeResolver {
  @Query(() => Node, {
    nullable: true,
    description: 'Whatever has this id; null when it is gone or not for the viewer.',
  })
  node(@Ctx() ctx: Context, @Arg('id', () => ID, { description: 'A global id.' }) id: string): Promise<object | null> {
    return readNode(ctx, id, 'id');
  }

  @Query(() => [Node], {
    nullable: 'items',
    description: `Several nodes at once, in the order of their ids; at most ${MAX_NODES}.`,
  })
  nodes(
    @Ctx() ctx: Context,
    @Arg('ids', () => [ID], { description: 'Global ids.' }) ids: string[],
  ): Promise<Array<object | null>> {
    if (ids.length > MAX_NODES) throw badInput('ids', 'TOO_MANY', say('TOO_MANY.atOnce', { max: MAX_NODES }));
    return Promise.all(ids.map((id, i) => readNode(ctx, id, `ids[${i}]`)));
  }
}
