import { defineLifecycle } from '../../kernel/transitions.js';
import { vocabulary, termOf } from '../../taxonomy/vocabulary.js';
import type { Kind } from './cover.rules.js';
import { joinsBothSides } from './team.problem.js';
import { say } from '../../messages/catalogue.js';

export const TeamStatus = vocabulary('TeamStatus', 'Where a team stands.', {
  PROPOSED: ['已拟定', 'put together by the lister; nobody is invited yet'],
  FORMING: ['组建中', 'its members are invited'],
  FORMED: ['已组建', 'everybody in it has accepted'],
  DISSOLVED: ['已解散', 'ended by the lister, or for lack of members'],
});
export type TeamStatus = keyof typeof TeamStatus;

export const TeamMemberStatus = vocabulary('TeamMemberStatus', 'Where a member of a team stands.', {
  PROPOSED: ['待邀请', 'not invited yet'],
  INVITED: ['待答复', 'invited; the answer is awaited'],
  ACCEPTED: ['已接受', 'accepted'],
  DECLINED: ['已谢绝', 'declined the invitation'],
  LEFT: ['已退出', 'left after accepting, or is gone from the platform'],
});
export type TeamMemberStatus = keyof typeof TeamMemberStatus;

export const TeamEnd = vocabulary('TeamEnd', 'Why a team was dissolved.', {
  LISTER: ['成果方解散', 'by the lister'],
  MEMBERS_MISSING: ['成员不足', 'who remained could not be a team: fewer than two, or a side missing'],
});
export type TeamEnd = keyof typeof TeamEnd;

export const TeamAnswer = vocabulary('TeamAnswer', 'A talent’s answer to a team.', {
  ACCEPT: ['接受', 'accept the invitation'],
  DECLINE: ['谢绝', 'decline it'],
  LEAVE: ['退出', 'leave after accepting'],
});
export type TeamAnswer = keyof typeof TeamAnswer;

export const teamLifecycle = defineLifecycle<TeamStatus, 'invite' | 'form' | 'dissolve'>(
  say('thing.theTeam'),
  {
    invite: { from: ['PROPOSED'], to: 'FORMING' },
    form: { from: ['FORMING'], to: 'FORMED' },
    dissolve: { from: ['PROPOSED', 'FORMING', 'FORMED'], to: 'DISSOLVED' },
  },
  (state) => termOf('TeamStatus', state),
);

/** Lifecycle of a talent's invitation to a team. A talent who declined may still accept until the team is formed. */
export const memberLifecycle = defineLifecycle<TeamMemberStatus, 'invite' | 'accept' | 'decline' | 'leave'>(
  say('thing.theInvitation'),
  {
    invite: { from: ['PROPOSED'], to: 'INVITED' },
    accept: { from: ['INVITED', 'DECLINED'], to: 'ACCEPTED' },
    decline: { from: ['INVITED'], to: 'DECLINED' },
    leave: { from: ['ACCEPTED'], to: 'LEFT' },
  },
  (state) => termOf('TeamMemberStatus', state),
);

/**
 * Next status of a team after a member answered or left: 'form' when all remaining members have accepted, 'dissolve'
 * when those remaining cannot be a team, null for no change.
 */
export function settled(
  status: TeamStatus,
  members: ReadonlyArray<{ status: TeamMemberStatus; kind: Kind }>,
): 'form' | 'dissolve' | null {
  if (status === 'DISSOLVED') return null;
  const there = members.filter((member) => member.status !== 'DECLINED' && member.status !== 'LEFT');
  if (!joinsBothSides(there.map(({ kind }) => kind))) return 'dissolve';
  return status === 'FORMING' && there.every((member) => member.status === 'ACCEPTED') ? 'form' : null;
}
