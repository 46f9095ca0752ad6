import { Field, ID, InterfaceType } from 'type-graphql';
import { PrimaryColumn } from 'typeorm';
import { badInput } from './errors.js';
import { fromGlobalId, isUuid, toGlobalId } from '../lib/ids.js';

/**
 * An object that can be fetched by its id alone. Entities extend this class; the class name is the GraphQL type name,
 * and the global id encodes type name and key.
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
 * Extracts the database id from a global id of type `type`; throws BAD_USER_INPUT naming `field` for a damaged id or an
 * id of another type.
 */
export function readId(field: string, type: string, globalId: string): string {
  const id = fromGlobalId(globalId);
  if (!id || id.type !== type || !isUuid(id.key)) throw badInput(field, 'BAD_ID', `an id of type ${type} is needed.`);
  return id.key;
}
