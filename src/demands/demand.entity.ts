import { Column, Entity } from 'typeorm';
import type { Localized } from '../lib/localized.js';
import { Node } from '../node.js';
import type { DemandStatus } from './vocabularies.js';

/** A figure that what is sought must reach. */
export interface DemandTargetRecord {
  name: Localized;
  value: string;
  unit: string | null;
}

/** A technical need that an enterprise posts 企业技术需求. */
@Entity('demand')
export class Demand extends Node {
  @Column('uuid', { name: 'organisation_id' })
  organisationId: string;

  @Column('jsonb', { name: 'title' })
  titleText: Localized;

  @Column('jsonb', { name: 'description', nullable: true })
  descriptionText: Localized | null;

  @Column('numeric', { name: 'budget_min', nullable: true })
  budgetMin: string | null;

  @Column('numeric', { name: 'budget_max', nullable: true })
  budgetMax: string | null;

  @Column('text', { name: 'budget_currency', nullable: true })
  budgetCurrency: string | null;

  @Column('date', { nullable: true })
  deadline: string | null;

  @Column('text', { name: 'region_code', nullable: true })
  regionCode: string | null;

  @Column('smallint', { name: 'required_trl', nullable: true })
  requiredTrl: number | null;

  @Column('jsonb', { name: 'targets' })
  targetList: DemandTargetRecord[];

  @Column('text')
  status: DemandStatus;

  @Column('text', { name: 'status_reason', nullable: true })
  statusReasonText: string | null;

  @Column('integer')
  revision: number;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;
}
