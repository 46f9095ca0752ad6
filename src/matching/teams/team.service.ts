import { noteAuthor } from '../../kernel/authored.js';
import type { EntityManager } from 'typeorm';
import { authorize } from '../../kernel/authz.js';
import { requireLogin, type Context } from '../../kernel/context.js';
import { holdPoolEntry, lockViewer } from '../../deals/locks.js';
import { badInput, ConflictError, NotFoundError } from '../../kernel/errors.js';
import { readReason } from '../../kernel/reason.js';
import { requireConfirmedEmail } from '../../identity/sessions/authentication.js';
import { record } from '../../ledger/ledger.service.js';
import { newId } from '../../lib/ids.js';
import { readId } from '../../kernel/node.js';
import { write, writeOnce } from '../../kernel/write.js';
import type { Kind } from './cover.rules.js';
import { mayReadLockedTeam } from './team.access.js';
import { assessTeam } from './team.assessing.js';
import { Team, TeamMember } from './team.entity.js';
import { PROPOSABLE } from './team.facts.js';
import type {
  AnswerTeamInvitationInput,
  DissolveTeamInput,
  InviteTeamInput,
  LiftTeamRefusalInput,
  ProposeTeamInput,
} from './team.inputs.js';
import { notifyLister, notifyTalents } from './team.mails.js';
import { MAX_MEMBERS, MIN_MEMBERS } from './team.model.js';
import { joinsBothSides } from './team.problem.js';
import { barredFromTeams } from './team.source.js';
import { dissolve, settle } from './team.settling.js';
import { memberLifecycle, teamLifecycle } from './team.stages.js';
import { say } from '../../messages/catalogue.js';

/**
 * Maximum number of teams per achievement that are neither formed nor dissolved; more would amount to mass mailing of
 * talents.
 */
export const MAX_OPEN_TEAMS = 10;

/**
 * Stores a team of the given talents for an achievement and, unless the input says to wait, invites them. The talents
 * may come from a proposal or be chosen by hand.
 */
export async function proposeTeam(ctx: Context, input: ProposeTeamInput): Promise<Team> {
  requireConfirmedEmail(ctx);
  const achievementId = readId('input.achievementId', 'Achievement', input.achievementId);
  const talentIds = readTalents(input.talentIds);
  // The assessment is read before the transaction: it needs no locks, and it only describes the moment of the
  // proposal.
  const stored = await assessTeam(ctx, achievementId, talentIds);
  return writeOnce(ctx, 'proposeTeam', input, Team, async (tx) => {
    const { accountId } = await lockViewer(tx, ctx);
    const achievement = await holdPoolEntry(tx, ctx, achievementId);
    authorize(ctx, 'achievement:edit', { organisationId: achievement.institutionId });
    // Serialises proposals for one achievement, so that the maximum number of teams and the ban on duplicates hold.
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('team:' || $1, 0))`, [achievementId]);
    const talents = await holdTalents(tx, ctx, achievementId, talentIds);
    if (!joinsBothSides(talents.map(({ kind }) => kind))) {
      throw badInput('input.talentIds', 'SIDE_MISSING', say('SIDE_MISSING.team'));
    }
    await assertNew(tx, achievementId, talentIds);
    const now = ctx.now();
    const invite = input.invite !== false;
    const team = tx.create(Team, {
      id: newId(),
      achievementId,
      institutionId: achievement.institutionId,
      status: 'PROPOSED',
      stored,
      createdBy: accountId,
      createdAt: now,
      updatedAt: now,
      formedAt: null,
      dissolvedAt: null,
      dissolvedFor: null,
      reason: null,
    });
    await tx.insert(Team, team);
    const members = talentIds.map((talentId, i) =>
      tx.create(TeamMember, {
        teamId: team.id,
        talentId,
        position: i + 1,
        status: 'PROPOSED',
        invitedAt: null,
        answeredAt: null,
      }),
    );
    await tx.insert(TeamMember, members);
    if (invite) await sendInvitations(tx, ctx, team, members);
    await record(tx, ctx, {
      kind: 'team.proposed',
      subjectType: 'Team',
      subjectId: team.id,
      facts: {
        achievementId,
        institutionId: team.institutionId,
        talents: talentIds,
        invited: invite,
        value: stored?.value ?? null,
        modelVersion: stored?.modelVersion ?? null,
      },
    });
    return team;
  });
}

/**
 * Invites the talents of a team that was stored without invitations, by an editor or owner of its institution; refused
 * if the achievement has left the pool or a talent can no longer be invited.
 */
export function inviteTeam(ctx: Context, input: InviteTeamInput): Promise<Team> {
  const id = readId('input.id', 'Team', input.id);
  return writeOnce(ctx, 'inviteTeam', input, Team, async (tx) => {
    await lockViewer(tx, ctx);
    const known = await tx.findOneBy(Team, { id });
    if (!known || !(await mayReadLockedTeam(tx, ctx, known))) throw new NotFoundError(say('thing.theTeam'));
    await holdPoolEntry(tx, ctx, known.achievementId);
    const there = (await tx.findBy(TeamMember, { teamId: id }))
      .filter(({ status }) => status === 'PROPOSED')
      .map(({ talentId }) => talentId);
    await holdTalents(tx, ctx, known.achievementId, there);
    const { team, members } = await lockTeam(tx, ctx, id);
    authorize(ctx, 'achievement:edit', { organisationId: team.institutionId });
    teamLifecycle.next(team.status, 'invite');
    await sendInvitations(tx, ctx, team, members);
    await tx.save(team);
    await record(tx, ctx, {
      kind: 'team.invited',
      subjectType: 'Team',
      subjectId: id,
      facts: { achievementId: team.achievementId },
    });
    return team;
  });
}

/**
 * Records a talent's own answer to an invitation: acceptance, decline, or departure after an acceptance. The last
 * acceptance forms the team; a decline keeps the talent out of further proposals for this achievement.
 */
export function answerTeamInvitation(ctx: Context, input: AnswerTeamInvitationInput): Promise<Team> {
  const id = readId('input.id', 'Team', input.id);
  const action = ({ ACCEPT: 'accept', DECLINE: 'decline', LEAVE: 'leave' } as const)[input.answer];
  return writeOnce(ctx, 'answerTeamInvitation', input, Team, async (tx) => {
    const { accountId } = await lockViewer(tx, ctx);
    const { team, members } = await lockTeam(tx, ctx, id);
    const [talent] = (await tx.query(`SELECT id FROM talent_profile WHERE account_id = $1`, [accountId])) as Array<{
      id: string;
    }>;
    const member = members.find(({ talentId }) => talentId === talent?.id);
    // A viewer who may read the team but is not one of its talents has no invitation to answer.
    if (!member) throw new NotFoundError(say('thing.yourInvitationToTheTeam'));
    const from = member.status;
    const to = memberLifecycle.next(from, action);
    if (team.status !== 'FORMING' && !(team.status === 'FORMED' && action === 'leave')) {
      throw new ConflictError(say('INVALID_TRANSITION.team', { status: team.status }), 'INVALID_TRANSITION', {
        current: team.status,
        action,
      });
    }
    Object.assign(member, { status: to, answeredAt: ctx.now() });
    await tx.update(
      TeamMember,
      { teamId: id, talentId: member.talentId },
      { status: to, answeredAt: member.answeredAt },
    );
    if (action === 'decline') {
      await tx.query(
        `INSERT INTO team_refusal (achievement_id, talent_id, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
        [team.achievementId, member.talentId, ctx.now()],
      );
    } else if (action === 'accept') {
      await tx.query(`DELETE FROM team_refusal WHERE achievement_id = $1 AND talent_id = $2`, [
        team.achievementId,
        member.talentId,
      ]);
    }
    const outcome = await settle(tx, team, members, ctx.now());
    await tx.save(team);
    if (outcome !== 'form')
      await notifyLister(tx, team, action === 'accept' ? 'ACCEPTED' : action === 'decline' ? 'DECLINED' : 'LEFT');
    if (outcome !== null) {
      const news = outcome === 'form' ? 'FORMED' : 'DISSOLVED';
      await notifyLister(tx, team, news);
      await notifyTalents(tx, team, news, member.talentId);
    }
    await record(tx, ctx, {
      kind: 'team.answered',
      subjectType: 'Team',
      subjectId: id,
      facts: { achievementId: team.achievementId, talent: member.talentId, from, to, status: team.status },
    });
    return team;
  });
}

/**
 * Dissolves a team, by an editor or owner of its institution, and mails its invited and accepted talents and the
 * institution's other editors and owners.
 */
export function dissolveTeam(ctx: Context, input: DissolveTeamInput): Promise<Team> {
  const id = readId('input.id', 'Team', input.id);
  const reason = readReason('input.reason', input.reason);
  return writeOnce(ctx, 'dissolveTeam', input, Team, async (tx) => {
    await lockViewer(tx, ctx);
    const { team } = await lockTeam(tx, ctx, id);
    authorize(ctx, 'achievement:edit', { organisationId: team.institutionId });
    const from = team.status;
    await notifyOfDissolution(tx, ctx, team, reason);
    dissolve(team, 'LISTER', ctx.now());
    team.reason = reason;
    await tx.save(team);
    await noteAuthor(tx, ctx, 'team.reason', id, reason);
    await record(tx, ctx, {
      kind: 'team.dissolved',
      subjectType: 'Team',
      subjectId: id,
      facts: { achievementId: team.achievementId, from, for: 'LISTER' },
    });
    return team;
  });
}

/** Withdraws a talent's earlier decline, so that teams for this achievement may include the talent again. */
export async function liftTeamRefusal(ctx: Context, input: LiftTeamRefusalInput): Promise<true> {
  const achievementId = readId('input.achievementId', 'Achievement', input.achievementId);
  requireLogin(ctx);
  return write(ctx, async (tx): Promise<true> => {
    const { accountId } = await lockViewer(tx, ctx);
    const [gone] = (await tx.query(
      `WITH lifted AS (
         DELETE FROM team_refusal r USING talent_profile t
         WHERE t.id = r.talent_id AND t.account_id = $1 AND r.achievement_id = $2
         RETURNING r.talent_id
       )
       SELECT talent_id AS id
       FROM lifted`,
      [accountId, achievementId],
    )) as Array<{ id: string }>;
    // If there was no refusal to withdraw, nothing changed and nothing is recorded.
    if (gone)
      await record(tx, ctx, {
        kind: 'team.refusal_lifted',
        subjectType: 'Achievement',
        subjectId: achievementId,
        facts: { talent: gone.id },
      });
    return true;
  });
}

function readTalents(globalIds: readonly string[]): string[] {
  if (globalIds.length < MIN_MEMBERS || globalIds.length > MAX_MEMBERS)
    throw badInput('input.talentIds', 'TEAM_SIZE', say('TEAM_SIZE.members', { min: MIN_MEMBERS, max: MAX_MEMBERS }));
  const ids = globalIds.map((id, i) => readId(`input.talentIds[${i}]`, 'TalentProfile', id));
  ids.forEach((id, i) => {
    if (ids.indexOf(id) !== i) throw badInput(`input.talentIds[${i}]`, 'DUPLICATE', say('DUPLICATE.talent'));
  });
  return ids;
}

/**
 * Locks the talents of a proposed team, so that none is erased, paused or hidden before the transaction ends; throws
 * CONFLICT with the positions of those who cannot be invited.
 */
async function holdTalents(
  tx: EntityManager,
  ctx: Context,
  achievementId: string,
  ids: readonly string[],
): Promise<Array<{ id: string; kind: Kind }>> {
  const rows = (await tx.query(
    `SELECT t.id, t.kind FROM talent_profile t WHERE t.id = ANY($1) AND ${PROPOSABLE} ORDER BY t.id FOR SHARE`,
    [ids],
  )) as Array<{ id: string; kind: Kind }>;
  const barred = await barredFromTeams(tx, achievementId, ctx.now(), { side: 'LISTER' });
  const there = new Map(rows.map((row) => [row.id, row]));
  const unavailable = ids.flatMap((id, i) => (!there.has(id) || barred.has(id) ? [i] : []));
  if (unavailable.length > 0) {
    throw new ConflictError(say('TALENTS_UNAVAILABLE.some'), 'TALENTS_UNAVAILABLE', { positions: unavailable });
  }
  return ids.map((id) => there.get(id)!);
}

async function assertNew(tx: EntityManager, achievementId: string, talentIds: readonly string[]): Promise<void> {
  const open = (await tx.query(
    `SELECT t.id, t.status, ARRAY(SELECT talent_id FROM team_member m WHERE m.team_id = t.id ORDER BY 1) AS talents
     FROM team t
     WHERE t.achievement_id = $1 AND t.status <> 'DISSOLVED'`,
    [achievementId],
  )) as Array<{ id: string; status: string; talents: string[] }>;
  const wanted = [...talentIds].sort().join();
  const same = open.find(({ talents }) => talents.join() === wanted);
  if (same)
    throw new ConflictError(say('TEAM_EXISTS.talents'), 'TEAM_EXISTS', {
      teamId: Object.assign(new Team(), { id: same.id }).globalId,
    });
  if (open.filter(({ status }) => status !== 'FORMED').length >= MAX_OPEN_TEAMS) {
    throw new ConflictError(say('TOO_MANY_TEAMS.achievement', { max: MAX_OPEN_TEAMS }), 'TOO_MANY_TEAMS');
  }
}

/** Loads a team and locks it; throws NOT_FOUND if it does not exist or the viewer may not read it. */
export async function lockTeam(
  tx: EntityManager,
  ctx: Context,
  id: string,
): Promise<{ team: Team; members: TeamMember[] }> {
  requireLogin(ctx);
  const team = await tx.findOne(Team, { where: { id }, lock: { mode: 'pessimistic_write' } });
  if (!team || !(await mayReadLockedTeam(tx, ctx, team))) throw new NotFoundError(say('thing.theTeam'));
  return { team, members: await tx.find(TeamMember, { where: { teamId: id }, order: { position: 'ASC' } }) };
}

async function sendInvitations(
  tx: EntityManager,
  ctx: Context,
  team: Team,
  members: readonly TeamMember[],
): Promise<void> {
  team.status = teamLifecycle.next(team.status, 'invite');
  team.updatedAt = ctx.now();
  await tx.update(Team, { id: team.id }, { status: team.status, updatedAt: team.updatedAt });
  for (const member of members) {
    if (member.status !== 'PROPOSED') continue;
    Object.assign(member, { status: memberLifecycle.next(member.status, 'invite'), invitedAt: ctx.now() });
    await tx.update(
      TeamMember,
      { teamId: team.id, talentId: member.talentId },
      { status: member.status, invitedAt: member.invitedAt },
    );
  }
  await notifyTalents(tx, team, 'INVITED', null);
}

/**
 * Queues mails about a team that is being dissolved to its invited and accepted talents, and to the editors and owners
 * of its institution except the viewer.
 */
async function notifyOfDissolution(tx: EntityManager, ctx: Context, team: Team, reason: string | null): Promise<void> {
  const { accountId } = requireLogin(ctx);
  const news = { ...team, reason, reasonBy: accountId };
  await notifyTalents(tx, news, 'DISSOLVED', null);
  await notifyLister(tx, news, 'DISSOLVED', accountId);
}
