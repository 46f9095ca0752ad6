import { createUnionType } from 'type-graphql';
import type { EntityManager } from 'typeorm';
import type { Context } from '../../kernel/context.js';
import { Demand } from '../../demands/demand.entity.js';
import { badInput } from '../../kernel/errors.js';
import { InvestorProfile } from '../../investors/investor.entity.js';
import { fromGlobalId, isUuid } from '../../lib/ids.js';
import { TalentProfile } from '../../talent/talent.entity.js';
import type { MatchCounterpartKind } from '../match.vocabularies.js';
import { say } from '../../messages/catalogue.js';

/** A counterpart of an entry, by kind and database id. */
export interface CounterpartId {
  kind: MatchCounterpartKind;
  id: string;
}

/** Owner of a counterpart: an organisation (investor, demand) or a person's account (talent). */
export interface CounterpartRow {
  organisationId: string | null;
  accountId: string | null;
}

const TYPES: Readonly<Record<MatchCounterpartKind, string>> = {
  INVESTOR: 'InvestorProfile',
  TALENT: 'TalentProfile',
  DEMAND: 'Demand',
};

export const MatchCounterpart = createUnionType({
  name: 'MatchCounterpart',
  description: 'What a pool entry is matched with.',
  types: () => [InvestorProfile, TalentProfile, Demand] as const,
  resolveType: (value) => value.constructor.name,
});

/**
 * Parses a global id as that of an investor profile, talent profile or demand; throws BAD_USER_INPUT with the field's
 * name for any other id.
 */
export function readCounterpartId(field: string, globalId: string): CounterpartId {
  const id = fromGlobalId(globalId);
  const kind = (Object.keys(TYPES) as MatchCounterpartKind[]).find((one) => TYPES[one] === id?.type);
  if (!id || kind === undefined || !isUuid(id.key)) throw badInput(field, 'BAD_ID', say('BAD_ID.counterpart'));
  return { kind, id: id.key };
}

/**
 * Loads a counterpart (investor, talent or demand) under the viewer's rights; null if it does not exist or the viewer
 * may not see it.
 */
export function readCounterpart(
  ctx: Context,
  kind: MatchCounterpartKind,
  id: string,
): Promise<InvestorProfile | TalentProfile | Demand | null> {
  return ctx.app.readNode(ctx, TYPES[kind], id) as Promise<InvestorProfile | TalentProfile | Demand | null>;
}

/**
 * Locks the row of a counterpart (investor, talent or demand), so that concurrent feedback on it is serialised, and
 * returns its owner; null if it does not exist.
 */
export async function lockCounterpart(tx: EntityManager, { kind, id }: CounterpartId): Promise<CounterpartRow | null> {
  const sql = {
    INVESTOR: `SELECT organisation_id AS "organisationId", NULL::uuid AS "accountId"
      FROM investor_profile
      WHERE id = $1
      FOR NO KEY UPDATE`,
    TALENT: `SELECT NULL::uuid AS "organisationId", account_id AS "accountId"
      FROM talent_profile
      WHERE id = $1
      FOR NO KEY UPDATE`,
    DEMAND: `SELECT organisation_id AS "organisationId", NULL::uuid AS "accountId"
      FROM demand
      WHERE id = $1
      FOR NO KEY UPDATE`,
  }[kind];
  const [row] = (await tx.query(sql, [id])) as CounterpartRow[];
  return row ?? null;
}
