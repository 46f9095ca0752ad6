import type { ClassType } from 'type-graphql';
import type { EntityManager, FindOptionsWhere, QueryDeepPartialEntity } from 'typeorm';
import { authorize, type Action } from '../kernel/authz.js';
import { requireLogin, type Context } from '../kernel/context.js';
import type { MutationInput } from '../kernel/mutation-input.js';
import { readId } from '../kernel/node.js';
import type { Lifecycle } from '../kernel/transitions.js';
import { writeOnce } from '../kernel/write.js';
import { record } from '../ledger/ledger.service.js';
import { reasonFact } from '../ledger/texts.js';
import type { Profile } from './profile.entity.js';

/** A kind of profile, as its lifecycle is run. */
export interface ProfileKind<P extends Profile, Move extends string> {
  /** Its class, whose name is that of its ids and of its subject in the ledger. */
  readonly entity: ClassType<P>;
  readonly lifecycle: Lifecycle<P['status'], Move>;
  /** The right of those that it belongs to, asked of the locked profile. */
  readonly edit: Action;
  /** The profile, locked; the viewer's own where there is no id. NOT_FOUND also for what the viewer may not know of. */
  lock(tx: EntityManager, ctx: Context, id: string | null): Promise<P>;
}

/** One step of the lifecycle. */
export interface Step<P extends Profile, Move extends string> {
  readonly move: Move;
  /** The step's record in the ledger, `subject.verb`. */
  readonly kind: string;
  /** Under which idempotency keys are claimed; the record's kind by default. */
  readonly operation?: string;
  /** OWNER is the kind's right to edit. */
  readonly by: 'OWNER' | 'OPERATOR';
  /** Why, for the ledger. */
  readonly reason?: string | null;
  /** Whether the profile shows the reason as long as it is in the new state. */
  readonly shows?: boolean;
  /** The new state where the table alone does not tell it; gets the table's. */
  to?(tx: EntityManager, profile: P, next: P['status']): Promise<P['status']>;
  /** Tells those whom it concerns, once it is done. */
  tell?(tx: EntityManager, profile: P): Promise<void>;
}

/**
 * Takes one step with a profile: lock, right, transition, change, mails, ledger record, in one transaction. A step is no
 * edit: the revision stays.
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
