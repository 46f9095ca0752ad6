import { Ctx, Field, Int, ObjectType } from 'type-graphql';
import { Column } from 'typeorm';
import { can, type Action } from '../kernel/authz.js';
import type { Context } from '../kernel/context.js';
import { Node } from '../kernel/node.js';

/** Fields that investor profiles, talent profiles and demands have in common. */
export interface Profile<Status extends string = string> {
  id: string;
  status: Status;
  statusReasonText: string | null;
  revision: number;
  updatedAt: Date;
}

/** GraphQL descriptions of the common fields, and the right to edit, for one kind of profile. */
interface ProfileWords {
  readonly status: { readonly type: object; readonly description: string };
  /** `right` is checked with the profile as its subject. */
  readonly statusReason: { readonly description: string; readonly right: Action };
  readonly viewerCanEdit: { readonly description: string; readonly right: Action };
}

/**
 * Creates the base class for one kind of profile (investor, talent, demand), with status and its reason, revision,
 * dates, and whether the viewer may edit. Each kind has a class of its own, because the status enum and the
 * descriptions differ.
 */
export function profileBase<Status extends string>({ status, statusReason, viewerCanEdit }: ProfileWords) {
  // The base class is not a type of the GraphQL schema; only the classes that extend it are.
  @ObjectType()
  abstract class ProfileBase extends Node implements Profile<Status> {
    @Field(() => status.type, { description: status.description })
    @Column('text')
    status: Status;

    @Column('text', { name: 'status_reason', nullable: true })
    statusReasonText: string | null;

    @Field(() => Int, { description: 'Counts its edits; send it back with the next one.' })
    @Column('integer')
    revision: number;

    @Field(() => Date, { description: 'When it was first written.' })
    @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
    createdAt: Date;

    @Field(() => Date, { description: 'When it was last changed.' })
    @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
    updatedAt: Date;

    @Field(() => String, { nullable: true, description: statusReason.description })
    statusReason(@Ctx() ctx: Context): string | null {
      return can(ctx, statusReason.right, this as never) ? this.statusReasonText : null;
    }

    @Field(() => Boolean, { description: viewerCanEdit.description })
    viewerCanEdit(@Ctx() ctx: Context): boolean {
      return can(ctx, viewerCanEdit.right, this as never);
    }
  }
  return ProfileBase;
}
