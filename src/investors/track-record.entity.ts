import { MentionStatus } from '../mentions/vocabularies.js';
import { Ctx, Field, Int, ObjectType } from 'type-graphql';
import { Column, Entity } from 'typeorm';
import type { Context } from '../kernel/context.js';
import { Decimal } from '../lib/decimal.js';
import { connectionType } from '../graphql/pagination.js';
import { Node } from '../kernel/node.js';
import { byKey, defineLoader } from '../lib/batching.js';
import { selectEntities } from '../lib/rows.js';
import { Industry, industryByCode, Region, regionByCode } from '../taxonomy/taxonomy.entity.js';
import { FundingStage } from './vocabularies.js';

/**
 * A co-investor as stored in jsonb: its name as written, and the id of its organisation where that is on the platform.
 */
export interface CoInvestorData {
  name: string;
  organisationId: string | null;
}

@ObjectType({ description: 'Who invested together with an investor.' })
export class CoInvestor {
  @Field(() => String, { description: 'The name as written.' })
  name: string;

  organisationId: string | null;

  @Field(() => MentionStatus, {
    nullable: true,
    description: 'Whether the organisation agrees to be named; null where it is not here.',
  })
  consent: MentionStatus | null;
}

@ObjectType({ description: 'An exact amount of money.' })
export class Money {
  @Field(() => Decimal, { description: 'The amount.' })
  amount: string;

  @Field(() => String, { description: 'ISO 4217 currency code.' })
  currency: string;
}

/** A past investment of an investor; the viewers who may see the investor's profile may see it. */
@ObjectType({ implements: Node, description: 'A past investment of an investor 投资记录. As public as its profile.' })
@Entity('track_record')
export class TrackRecord extends Node {
  @Column('uuid', { name: 'investor_id' })
  investorId: string;

  @Field(() => String, { description: 'The company invested in, as written.' })
  @Column('text')
  company: string;

  @Column('text', { name: 'company_key' })
  companyKey: string;

  @Column('text', { name: 'industry_code', nullable: true })
  industryCode: string | null;

  @Column('text', { name: 'region_code', nullable: true })
  regionCode: string | null;

  @Field(() => FundingStage, { nullable: true, description: 'The round.' })
  @Column('text', { nullable: true })
  stage: FundingStage | null;

  @Column('numeric', { name: 'amount', nullable: true })
  amountText: string | null;

  @Column('text', { name: 'currency', nullable: true })
  currencyCode: string | null;

  @Field(() => String, { description: 'Date of the investment, YYYY-MM-DD.' })
  @Column('date', { name: 'invested_on' })
  investedOn: string;

  @Column('jsonb', { name: 'co_investors' })
  coInvestorData: CoInvestorData[];

  @Column('text', { name: 'external_id', nullable: true })
  externalIdText: string | null;

  @Field(() => Int, { description: 'Counts its edits; send it back with the next one.' })
  @Column('integer')
  revision: number;

  @Field(() => Date, { description: 'When it was added.' })
  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Field(() => Money, { nullable: true, description: 'What was put in; null where it is not told.' })
  get amount(): Money | null {
    return this.amountText === null || this.currencyCode === null
      ? null
      : { amount: this.amountText, currency: this.currencyCode };
  }

  @Field(() => Industry, { nullable: true, description: 'The company’s industry, at any level.' })
  industry(@Ctx() ctx: Context): Promise<Industry | null> | null {
    return this.industryCode === null ? null : ctx.load(industryByCode).load(this.industryCode);
  }

  @Field(() => Region, { nullable: true, description: 'Where the company is.' })
  region(@Ctx() ctx: Context): Promise<Region | null> | null {
    return this.regionCode === null ? null : ctx.load(regionByCode).load(this.regionCode);
  }
}

export const TrackRecordConnection = connectionType('TrackRecord', () => TrackRecord);

export const trackRecordById = defineLoader<string, TrackRecord | null>(async (db, ids) =>
  byKey(ids, await selectEntities(db, TrackRecord, 'WHERE e.id = ANY($1)', [ids]), (record) => record.id),
);
