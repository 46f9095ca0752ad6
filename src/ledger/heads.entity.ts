import { Field, ID, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { toGlobalId } from '../lib/ids.js';
import { connectionType } from '../graphql/pagination.js';

@ObjectType({
  description:
    'The state of the ledger at one record, signed with Ed25519. Who keeps it can tell later whether anything up to there was changed: `npm run ledger:verify -- --head FILE`.',
})
@Entity('ledger_head')
export class LedgerHead {
  @Field(() => String, { description: 'Number of the record, as a decimal.' })
  @PrimaryColumn('bigint')
  seq: string;

  @Field(() => String, { description: 'Hash of the record: SHA-256 in hex, over the hash before it and its content.' })
  @Column('text')
  hash: string;

  @Column('uuid', { name: 'cohort_id', nullable: true })
  cohort: string | null;

  @Field(() => Date, { description: 'When it was signed.' })
  @Column({ type: 'timestamptz', name: 'signed_at', precision: 3 })
  signedAt: Date;

  @Field(() => String, { description: 'Id of the key: the first 32 hex digits of the SHA-256 of the public key.' })
  @Column('text')
  kid: string;

  @Field(() => String, { description: 'Ed25519 signature, base64url.' })
  @Column('text')
  signature: string;

  @Field(() => ID, {
    nullable: true,
    description: 'The cohort whose closing it signs; null for one made by the clock.',
  })
  get cohortId(): string | null {
    return this.cohort === null ? null : toGlobalId('Cohort', this.cohort);
  }
}

export const LedgerHeadConnection = connectionType('LedgerHead', () => LedgerHead);

@ObjectType({ description: 'A public key under which heads of the ledger are signed.' })
@Entity('ledger_key')
export class LedgerKey {
  @Field(() => String, { description: 'Its id: the first 32 hex digits of its SHA-256.' })
  @PrimaryColumn('text')
  kid: string;

  @Field(() => String, { description: 'The Ed25519 key: SubjectPublicKeyInfo (DER), base64.' })
  @Column('text', { name: 'public_key' })
  publicKey: string;

  @Field(() => Date, { description: 'When it was made.' })
  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;
}
