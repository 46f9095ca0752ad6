import { Ctx, Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { can } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import { Organisation, organisationById } from '../../identity/organisations/organisation.entity.js';
import { connectionType } from '../../graphql/pagination.js';
import { Node } from '../../kernel/node.js';
import { talentOfViewer } from './team.loaders.js';
import { memberLifecycle, TeamEnd, teamLifecycle, TeamMemberStatus, TeamStatus } from './team.stages.js';
import { presentAssessment, TeamAssessment, type StoredAssessment } from './team.types.js';
import { defineLoader, byKey, groupedByKey } from '../../lib/batching.js';
import { selectEntities } from '../../lib/rows.js';

@ObjectType({ description: 'A talent in a team.' })
@Entity('team_member')
export class TeamMember {
  @PrimaryColumn('uuid', { name: 'team_id' })
  teamId: string;

  @PrimaryColumn('uuid', { name: 'talent_id' })
  talentId: string;

  @Column('smallint')
  position: number;

  @Field(() => TeamMemberStatus, { description: 'Where the member stands.' })
  @Column('text')
  status: TeamMemberStatus;

  @Field(() => Date, { nullable: true, description: 'When the member was invited.' })
  @Column({ type: 'timestamptz', name: 'invited_at', precision: 3, nullable: true })
  invitedAt: Date | null;

  @Field(() => Date, { nullable: true, description: 'When the member accepted, declined or left.' })
  @Column({ type: 'timestamptz', name: 'answered_at', precision: 3, nullable: true })
  answeredAt: Date | null;
}

/**
 * A team of talents for an achievement. The institution's members, operators and invited talents may read it; the code
 * that returns an entity must have checked this (`mayReadTeam`).
 */
@ObjectType({
  implements: Node,
  description:
    'A team 组队 of talents around an achievement, put together by its lister. Seen by the lister’s members, operators and, once invited, its talents.',
})
@Entity('team')
export class Team extends Node {
  @Column('uuid', { name: 'achievement_id' })
  achievementId: string;

  @Column('uuid', { name: 'institution_id' })
  institutionId: string;

  @Field(() => TeamStatus, { description: 'Where it stands.' })
  @Column('text')
  status: TeamStatus;

  @Column('jsonb', { name: 'assessment', nullable: true })
  stored: StoredAssessment | null;

  @Column('uuid', { name: 'created_by', nullable: true })
  createdBy: string | null;

  @Field(() => Date, { description: 'When it was put together.' })
  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Field(() => Date, { description: 'When something of it last changed.' })
  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;

  @Field(() => Date, { nullable: true, description: 'When the last of its members accepted.' })
  @Column({ type: 'timestamptz', name: 'formed_at', precision: 3, nullable: true })
  formedAt: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it was dissolved.' })
  @Column({ type: 'timestamptz', name: 'dissolved_at', precision: 3, nullable: true })
  dissolvedAt: Date | null;

  @Field(() => TeamEnd, { nullable: true, description: 'Why it was dissolved.' })
  @Column('text', { name: 'dissolved_for', nullable: true })
  dissolvedFor: TeamEnd | null;

  @Field(() => String, { nullable: true, description: 'What the lister said on dissolving it.' })
  @Column('text', { nullable: true })
  reason: string | null;

  @Field(() => Organisation, { description: 'The institution that lists the achievement.' })
  institution(@Ctx() ctx: Context): Promise<Organisation | null> {
    return ctx.load(organisationById).load(this.institutionId);
  }

  @Field(() => [TeamMember], {
    description: 'Its members, in the order in which they were named; who declined or left stays in the list.',
  })
  members(@Ctx() ctx: Context): Promise<TeamMember[]> {
    return ctx.load(membersOfTeam).load(this.id);
  }

  @Field(() => TeamAssessment, {
    nullable: true,
    description:
      'What it was worth when it was put together, and what each brings; null where a member was not among the proposable then, and to its talents before it is formed.',
  })
  assessment(@Ctx() ctx: Context): TeamAssessment | null {
    // The assessment names the talents, so until all have accepted, only members of the institution that built the team
    // and operators see it.
    const insider = can(ctx, 'team:read', { institutionId: this.institutionId, isInvited: false });
    return this.stored && (insider || this.status === 'FORMED')
      ? presentAssessment(ctx, this.stored, this.institutionId)
      : null;
  }

  @Field(() => Boolean, { description: 'Whether the viewer may invite its members now.' })
  viewerCanInvite(@Ctx() ctx: Context): boolean {
    return (
      teamLifecycle.allows(this.status, 'invite') &&
      can(ctx, 'achievement:edit', { organisationId: this.institutionId })
    );
  }

  @Field(() => Boolean, { description: 'Whether the viewer may dissolve it now.' })
  viewerCanDissolve(@Ctx() ctx: Context): boolean {
    return (
      teamLifecycle.allows(this.status, 'dissolve') &&
      can(ctx, 'achievement:edit', { organisationId: this.institutionId })
    );
  }

  @Field(() => Boolean, { description: 'Whether the viewer may delete it now, since nobody was invited yet.' })
  viewerCanDelete(@Ctx() ctx: Context): boolean {
    return this.status === 'PROPOSED' && can(ctx, 'achievement:edit', { organisationId: this.institutionId });
  }

  @Field(() => Boolean, { description: 'Whether the viewer, as one of its talents, may accept the invitation now.' })
  async viewerCanAccept(@Ctx() ctx: Context): Promise<boolean> {
    const own = await ownMember(ctx, this);
    return own !== null && this.status === 'FORMING' && memberLifecycle.allows(own.status, 'accept');
  }
}

/** The viewer's own membership in a team; null if the viewer is not one of its talents. */
export async function ownMember(ctx: Context, team: Pick<Team, 'id'>): Promise<TeamMember | null> {
  const { accountId } = ctx.viewer;
  if (accountId === null) return null;
  const talent = await ctx.load(talentOfViewer).load(accountId);
  return talent === null
    ? null
    : ((await ctx.load(membersOfTeam).load(team.id)).find((member) => member.talentId === talent) ?? null);
}

export const TeamConnection = connectionType('Team', () => Team);

export const teamById = defineLoader<string, Team | null>(async (db, ids) =>
  byKey(ids, await selectEntities(db, Team, 'WHERE e.id = ANY($1)', [ids]), (team) => team.id),
);

export const membersOfTeam = defineLoader<string, TeamMember[]>(async (db, ids) =>
  groupedByKey(
    ids,
    await selectEntities(db, TeamMember, 'WHERE e.team_id = ANY($1) ORDER BY e.position', [ids]),
    (member) => member.teamId,
  ),
);
