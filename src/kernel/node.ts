import { Field, ID, InterfaceType } from 'type-graphql';
import { PrimaryColumn } from 'typeorm';
import { badInput } from './errors.js';
import { fromGlobalId, isUuid, toGlobalId } from '../lib/ids.js';
import { say } from '../messages/catalogue.js';

/**
 * Base class of every entity that can be fetched by its global id alone. The class name must be the GraphQL type name,
 * because a global id encodes type name and database key.
 */
@InterfaceType({
  description: 'Anything with a stable id; fetch it again by `node(id)`.',
  resolveType: (value: object) => value.constructor.name,
})
export abstract class Node {
  @PrimaryColumn('uuid')
  id: string;

  @Field(() => ID, { name: 'id', description: 'Opaque, stable, unique among everything. Do not take it apart.' })
  get globalId(): string {
    return toGlobalId(this.constructor.name, this.id);
  }
}

/**
 * Returns the database id inside a global id of the GraphQL type `type`. Throws BAD_USER_INPUT, naming the input field
 * `field`, for a damaged id or an id of another type.
 */
export function readId(field: string, type: string, globalId: string): string {
  const id = fromGlobalId(globalId);
  if (!id || id.type !== type || !isUuid(id.key)) throw badInput(field, 'BAD_ID', say('BAD_ID.type', { type }));
  return id.key;
}
