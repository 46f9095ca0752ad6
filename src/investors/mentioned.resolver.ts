import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../kernel/context.js';
import { Mention } from '../mentions/mention.entity.js';
import { isInvestorVisible } from './investor.queries.js';
import { TrackRecord, trackRecordById } from './track-record.entity.js';

@Resolver(() => Mention)
export class MentionedTrackRecordResolver {
  @FieldResolver(() => TrackRecord, {
    nullable: true,
    description:
      'The past investment in which a co-investor is named; null for other kinds, or where the viewer may not see it.',
  })
  async trackRecord(@Root() mention: Mention, @Ctx() ctx: Context): Promise<TrackRecord | null> {
    if (mention.kind !== 'CO_INVESTOR' || !(await isInvestorVisible(ctx, { organisationId: mention.namerId })))
      return null;
    return ctx.load(trackRecordById).load(mention.subjectId);
  }
}
