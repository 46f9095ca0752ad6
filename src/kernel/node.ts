import { Field, ID, InterfaceType } from 'type-graphql';
import { PrimaryColumn } from 'typeorm';
import { badInput } from './errors.js';
import { fromGlobalId, isUuid, toGlobalId } from '../lib/ids.js';

/**
 * What can be fetched again by its id alone. Entities extend it; their class name is their GraphQL type name, and the
 * global id is made of both.
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

/** The database id in a global id of type `type`; BAD_USER_INPUT naming `field` where it is another thing's or damaged. */
export function readId(field: string, type: string, globalId: string): string {
  const id = fromGlobalId(globalId);
  if (!id || id.type !== type || !isUuid(id.key)) throw badInput(field, 'BAD_ID', `an id of type ${type} is needed.`);
  return id.key;
}
