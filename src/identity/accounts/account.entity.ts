import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, In } from 'typeorm';
import { byKey, defineLoader } from '../../lib/batching.js';
import { Locale } from '../../kernel/localized.js';
import { Node } from '../../kernel/node.js';

/** A person's account. The API shows other people nothing of it but its name. */
@ObjectType({ implements: Node, description: 'A person with an account. Others see the name alone.' })
@Entity('account')
export class Account extends Node {
  @Column('uuid')
  pseudonym: string;

  @Column('text', { nullable: true })
  email: string | null;

  @Column('text', { name: 'password_hash', nullable: true })
  passwordHash: string | null;

  @Field(() => String, { nullable: true, description: 'The name the person gave; null once erased.' })
  @Column('text', { name: 'display_name', nullable: true })
  displayName: string | null;

  @Column('text')
  locale: Locale;

  @Column('boolean', { name: 'is_operator' })
  isOperator: boolean;

  @Column({ type: 'timestamptz', name: 'email_confirmed_at', precision: 3, nullable: true })
  emailConfirmedAt: Date | null;

  /** The account's TOTP secret, encrypted with a key derived from SECRET_KEY. */
  @Column('text', { name: 'totp_secret', nullable: true })
  totpSecret: string | null;

  @Column({ type: 'timestamptz', name: 'totp_enabled_at', precision: 3, nullable: true })
  totpEnabledAt: Date | null;

  /** The latest TOTP time step whose code was used; codes of this step and earlier steps are refused. */
  @Column('bigint', { name: 'totp_last_step', nullable: true })
  totpLastStep: string | null;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'erased_at', precision: 3, nullable: true })
  erasedAt: Date | null;
}

export const accountById = defineLoader<string, Account | null>(async (db, ids) =>
  byKey(ids, await db.findBy(Account, { id: In([...ids]) }), (a) => a.id),
);
