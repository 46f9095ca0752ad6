import { Arg, Ctx, Field, Int, InterfaceType, ObjectType } from 'type-graphql';
import type { Context } from '../kernel/context.js';
import { localeArg } from '../graphql/locale-arg.js';
import { Locale } from '../kernel/localized.js';
import type { Message } from '../lib/messages/message.js';
import { inEnglish, inWords } from '../messages/catalogue.js';
import { entryById } from './cohort/cohort.access.js';
import { CohortEntry } from './cohort/entry.entity.js';
import { CohortStatus, ScreenReason, ScreenStatus } from './vocabularies.js';

/**
 * Expected refusals that a client handles case by case. A service throws `Refusal` inside its transaction, which is
 * rolled back; `orRefusal` around the call converts it to a member of the mutation's result union.
 */
@InterfaceType({
  description: 'A refusal that a caller is expected to branch on.',
  resolveType: (value: object) => value.constructor.name,
})
export abstract class VettingRefusal {
  /** What is in the way, and what to do; the field `message` puts it into words. */
  said: Message;

  @Field(() => String, { name: 'message', description: 'What is in the way, and what to do.' })
  inWords?(@Ctx() ctx: Context, @Arg('locale', () => Locale, localeArg) locale?: Locale): string {
    return inWords(locale ?? ctx.messageLocale, this.said);
  }
}

@ObjectType({
  implements: VettingRefusal,
  description: 'The cohort takes no registrations, screening or settings any more.',
})
export class CohortNotOpen extends VettingRefusal {
  @Field(() => CohortStatus, { nullable: true, description: 'Where it stands; null where no cohort is open.' })
  status: CohortStatus | null;
}

@ObjectType({ implements: VettingRefusal, description: 'More would be admitted than the quota allows.' })
export class QuotaExceeded extends VettingRefusal {
  @Field(() => Int, { description: 'How many the quota allows.' })
  quota: number;
}

@ObjectType({ implements: VettingRefusal, description: 'The public notice still runs.' })
export class NoticePeriodRunning extends VettingRefusal {
  @Field(() => Date, { description: 'When it ends.' })
  noticeEndsAt: Date;
}

@ObjectType({ implements: VettingRefusal, description: 'Objections wait for their answer.' })
export class ObjectionsOpen extends VettingRefusal {
  @Field(() => Int, { description: 'How many.' })
  count: number;
}

@ObjectType({ implements: VettingRefusal, description: 'Requests for withdrawal wait for their answer.' })
export class WithdrawalsOpen extends VettingRefusal {
  @Field(() => Int, { description: 'How many.' })
  count: number;
}

@ObjectType({ implements: VettingRefusal, description: 'Appeals against the screen wait for their answer.' })
export class AppealsOpen extends VettingRefusal {
  @Field(() => Int, { description: 'How many.' })
  count: number;
}

@ObjectType({ description: 'What the screen changed of an entry.' })
export class ScreenChange {
  entryId: string;

  @Field(() => CohortEntry, { description: 'The entry.' })
  entry(@Ctx() ctx: Context): Promise<CohortEntry | null> {
    return ctx.load(entryById).load(this.entryId);
  }

  @Field(() => ScreenStatus, { description: 'What it was before; the same as `is` where only the reasons changed.' })
  was: ScreenStatus;

  @Field(() => ScreenStatus, { description: 'What it is now.' })
  is: ScreenStatus;

  @Field(() => [ScreenReason], { description: 'Why it does not count now.' })
  reasons: ScreenReason[];
}

@ObjectType({
  implements: VettingRefusal,
  description:
    'The last screen gives another result than the one that the operator has seen; nothing was frozen. Look at the changes, screen the cohort, and freeze again.',
})
export class ScreenChanged extends VettingRefusal {
  @Field(() => [ScreenChange], { description: 'What changed.' })
  changes: ScreenChange[];
}

@ObjectType({ implements: VettingRefusal, description: 'Some entries have fewer reviewers than the cohort requires.' })
export class AssignmentIncomplete extends VettingRefusal {
  @Field(() => Int, { description: 'How many entries.' })
  entries: number;
}

@ObjectType({
  implements: VettingRefusal,
  description: 'Some entries have fewer submitted reviews than the cohort requires.',
})
export class ReviewsIncomplete extends VettingRefusal {
  @Field(() => Int, { description: 'How many entries.' })
  entries: number;
}

/** Exception that carries an expected refusal out of a transaction. */
export class Refusal extends Error {
  constructor(readonly value: VettingRefusal) {
    super(inEnglish(value.said));
    this.name = 'Refusal';
  }
}

/** Builds the exception for a refusal: `throw refusal(QuotaExceeded, { said, quota })`. */
export function refusal<T extends VettingRefusal>(Type: new () => T, fields: Omit<T, never>): Refusal {
  return new Refusal(Object.assign(new Type(), fields));
}

/** Returns the result of a mutation, or the refusal thrown while computing it; other errors are passed on. */
export async function orRefusal<T>(run: Promise<T>): Promise<T | VettingRefusal> {
  try {
    return await run;
  } catch (error) {
    if (error instanceof Refusal) return error.value;
    throw error;
  }
}
