import type { ClassType } from 'type-graphql';
import type { EntityManager, FindOptionsWhere, QueryDeepPartialEntity } from 'typeorm';
import { noteAuthor } from '../kernel/authored.js';
import { authorize, type Action, type Concerned } from '../kernel/authz.js';
import { requireLogin, type Context } from '../kernel/context.js';
import type { MutationInput } from '../kernel/mutation-input.js';
import { readId } from '../kernel/node.js';
import type { Lifecycle } from '../kernel/transitions.js';
import { writeOnce } from '../kernel/write.js';
import { record } from '../ledger/ledger.service.js';
import { reasonFact } from '../ledger/texts.js';
import type { Profile } from './profile.entity.js';

/** A kind of profile: its class, lifecycle and rights. */
export interface ProfileKind<P extends Profile, Move extends string> {
  /** Entity class of the profile; its name is the type name in global ids and in ledger records. */
  readonly entity: ClassType<P>;
  readonly lifecycle: Lifecycle<P['status'], Move>;
  /** Right to edit a profile of this kind, checked on the locked profile. */
  readonly edit: Action;
  /**
   * Loads and locks a profile by id, or the viewer's own profile if the id is null. Throws NOT_FOUND if there is none
   * or the viewer may not see it.
   */
  lock(tx: EntityManager, ctx: Context, id: string | null): Promise<P>;
}

/** One step of the lifecycle. */
export interface Step<P extends Profile, Move extends string> {
  readonly move: Move;
  /** Kind of the step's ledger record, `subject.verb`. */
  readonly kind: string;
  /** Operation name that idempotency keys belong to; by default the value of `kind`. */
  readonly operation?: string;
  /** Which right the step requires: OWNER, the right to edit the profile; OPERATOR, the operator's right. */
  readonly by: 'OWNER' | 'OPERATOR';
  /** Reason for the step; recorded in the ledger. */
  readonly reason?: string | null;
  /** True if the profile shows the step's reason as long as it stays in the new status. */
  readonly shows?: boolean;
  /** Determines the new status if that depends on more than the lifecycle table; `next` is the table's result. */
  to?(tx: EntityManager, profile: P, next: P['status']): Promise<P['status']>;
  /** Notifies the people concerned, after the change. */
  tell?(tx: EntityManager, profile: P): Promise<void>;
}

/**
 * Carries out one step of a profile's lifecycle in one transaction: locks the profile, checks right and transition,
 * changes the status, queues mails and writes the ledger record. The revision stays the same, because a step does not
 * edit content.
 */
export async function stepProfile<P extends Profile, Move extends string>(
  ctx: Context,
  { entity, lifecycle, edit, lock }: ProfileKind<P, Move>,
  input: MutationInput & { id?: string },
  { move, kind, operation = kind, by, reason = null, shows = false, to, tell }: Step<P, Move>,
): Promise<P> {
  requireLogin(ctx);
  if (by === 'OPERATOR') authorize(ctx, 'platform:operate', undefined);
  const id = input.id === undefined ? null : readId('input.id', entity.name, input.id);
  return writeOnce(ctx, operation, input, entity, async (tx) => {
    if (by === 'OPERATOR') authorize(ctx, 'platform:operate', undefined);
    const profile = await lock(tx, ctx, id);
    if (by === 'OPERATOR') authorize(ctx, 'platform:operate', profile as Concerned);
    if (by === 'OWNER') authorize(ctx, edit, profile as never);
    const from = profile.status;
    const next = lifecycle.next(from, move);
    const change = {
      status: to === undefined ? next : await to(tx, profile, next),
      statusReasonText: shows ? reason : null,
      updatedAt: ctx.now(),
    } satisfies Partial<Profile<P['status']>>;
    await tx.update(entity, { id: profile.id } as FindOptionsWhere<P>, change as unknown as QueryDeepPartialEntity<P>);
    Object.assign(profile, change);
    const place = `${tx.connection.getMetadata(entity).tableName}.status_reason`;
    await noteAuthor(tx, ctx, place, profile.id, change.statusReasonText);
    await tell?.(tx, profile);
    await record(tx, ctx, {
      kind,
      subjectType: entity.name,
      subjectId: profile.id,
      facts: { from, to: profile.status, ...(await reasonFact(tx, ctx, reason)) },
    });
    return profile;
  });
}
