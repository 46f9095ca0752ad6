import { Column, Entity } from 'typeorm';
import type { ProfileStatus } from '../identity/profile-status.js';
import type { Localized } from '../lib/localized.js';
import { Node } from '../node.js';
import type { ManagerGrade, TalentEvidenceKind, TalentKind, TalentRole, TalentVerification, TalentVisibility } from './vocabularies.js';

/** A person who would join, by their own words 人才. One per account. */
@Entity('talent_profile')
export class TalentProfile extends Node {
  /** Null once the person is erased. */
  @Column('uuid', { name: 'account_id', nullable: true })
  accountId: string | null;

  @Column('text')
  kind: TalentKind;

  @Column('jsonb', { name: 'headline' })
  headlineText: Localized;

  @Column('jsonb', { name: 'bio', nullable: true })
  bioText: Localized | null;

  @Column('jsonb', { name: 'skills' })
  skillTexts: Localized[];

  @Column('text', { nullable: true })
  orcid: string | null;

  @Column('uuid', { name: 'organisation_id', nullable: true })
  organisationId: string | null;

  @Column('smallint', { name: 'days_per_month', nullable: true })
  daysPerMonth: number | null;

  @Column('date', { name: 'available_from', nullable: true })
  availableFrom: string | null;

  @Column('text', { name: 'region_codes', array: true })
  regionCodes: string[];

  @Column('text', { array: true })
  languages: string[];

  @Column('text', { array: true })
  roles: TalentRole[];

  @Column('text', { name: 'manager_grade', nullable: true })
  managerGrade: ManagerGrade | null;

  @Column('text')
  visibility: TalentVisibility;

  @Column('text')
  status: ProfileStatus;

  @Column('text', { name: 'status_reason', nullable: true })
  statusReasonText: string | null;

  @Column('text')
  verification: TalentVerification;

  @Column('text', { name: 'verification_reason', nullable: true })
  verificationReasonText: string | null;

  @Column('integer')
  revision: number;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;
}

/** What shows that a talent can do it. */
@Entity('talent_evidence')
export class TalentEvidence extends Node {
  @Column('uuid', { name: 'talent_id' })
  talentId: string;

  @Column('text')
  kind: TalentEvidenceKind;

  @Column('jsonb', { name: 'title' })
  titleText: Localized;

  @Column('smallint', { nullable: true })
  year: number | null;

  @Column('text', { nullable: true })
  url: string | null;

  @Column('uuid', { name: 'achievement_id', nullable: true })
  achievementId: string | null;

  /** From 1. */
  @Column('smallint')
  position: number;
}
