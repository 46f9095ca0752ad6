import { authorize } from '../kernel/authz.js';
import { requireLogin, type Context } from '../kernel/context.js';
import { badInput, ConflictError, InputError, type FieldProblem } from '../kernel/errors.js';
import { record } from '../ledger/ledger.service.js';
import { isCurrency } from '../lib/checks.js';
import { dayOfChina, dateProblem } from '../lib/day.js';
import { newId } from '../lib/ids.js';
import { writeOnce } from '../kernel/write.js';
import { CurrencyRate } from './currency.js';
import type { SetCurrencyRateInput } from './currency.inputs.js';
import { say } from '../messages/catalogue.js';

/**
 * Limits of an exchange rate, in CNY per unit of the currency, to catch typing errors; one unit of the most valuable
 * currency is worth less than 100 CNY.
 */
const MAX_RATE = 1_000_000;
const MIN_RATE = 0.00000001;

/**
 * A rate at least this many times higher or lower than the stored one is refused unless the operator confirms it,
 * because it is probably a slip of the decimal point or the inverse of the rate. A slip is a factor of ten, and the rate
 * itself may have moved meanwhile: so the limit is the middle between 1 and 10, the square root of ten, rounded down.
 */
const UNLIKELY_FACTOR = 3;

/** Rates by currency. */
export function listRates(ctx: Context): Promise<CurrencyRate[]> {
  return ctx.db.find(CurrencyRate, { order: { currency: 'ASC' } });
}

/**
 * Operator action: sets the exchange rate of a currency. The day of the rate must not be before that of the stored
 * rate, so that an old rate cannot overwrite a newer one.
 */
export async function setCurrencyRate(ctx: Context, input: SetCurrencyRateInput): Promise<CurrencyRate> {
  requireLogin(ctx);
  return writeOnce(ctx, 'setCurrencyRate', input, CurrencyRate, async (tx) => {
    authorize(ctx, 'platform:operate', undefined);
    const { currency, cnyPerUnit } = input;
    const today = dayOfChina(ctx.now());
    const asOf = input.asOf ?? today;
    const problems: FieldProblem[] = [];
    if (!isCurrency(currency))
      problems.push({ field: 'input.currency', code: 'UNKNOWN_CURRENCY', message: say('UNKNOWN_CURRENCY.usd') });
    if (!(cnyPerUnit >= MIN_RATE && cnyPerUnit <= MAX_RATE))
      problems.push({
        field: 'input.cnyPerUnit',
        code: 'OUT_OF_RANGE',
        message: say('OUT_OF_RANGE.rate'),
      });
    if (currency === 'CNY' && cnyPerUnit !== 1)
      problems.push({ field: 'input.cnyPerUnit', code: 'OUT_OF_RANGE', message: say('OUT_OF_RANGE.cny') });
    const wrong = dateProblem(asOf, today, 0);
    if (wrong) problems.push({ field: 'input.asOf', ...wrong });
    if (problems.length > 0) throw new InputError(problems);
    // Changes of one currency wait for each other, even if the currency has no row yet that could be locked.
    await tx.query(`SELECT pg_advisory_xact_lock(hashtext($1))`, [`currency:${currency}`]);
    const before = await tx.findOneBy(CurrencyRate, { currency });
    if (before && before.asOf > asOf)
      throw new ConflictError(say('STALE_RATE.newer', { asOf: before.asOf }), 'STALE_RATE', {
        asOf: before.asOf,
      });
    const text = cnyPerUnit.toFixed(8);
    if (before && before.asOf === asOf && Number(before.cnyPerUnitText) === Number(text)) return before;
    const factor = before ? cnyPerUnit / Number(before.cnyPerUnitText) : 1;
    if (input.confirmUnlikely !== true && (factor >= UNLIKELY_FACTOR || factor <= 1 / UNLIKELY_FACTOR))
      throw badInput(
        'input.cnyPerUnit',
        'UNLIKELY_RATE',
        say('UNLIKELY_RATE.check', { asOf: before!.asOf, rate: Number(before!.cnyPerUnitText), currency }),
      );
    const id = before?.id ?? newId();
    await tx.save(CurrencyRate, { id, currency, cnyPerUnitText: text, asOf, updatedAt: ctx.now() });
    await record(tx, ctx, {
      kind: 'currency_rate.set',
      subjectType: 'CurrencyRate',
      subjectId: id,
      facts: { currency, cnyPerUnit: text, asOf, before: before?.cnyPerUnitText ?? null },
    });
    return tx.findOneByOrFail(CurrencyRate, { id });
  });
}
