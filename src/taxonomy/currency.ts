import { Field, Float, ObjectType } from 'type-graphql';
import { Column, Entity, type EntityManager } from 'typeorm';
import type { Context } from '../kernel/context.js';
import { Node } from '../kernel/node.js';

/** Exchange rate of a currency: the value of one unit in CNY. Serves to compare amounts only. */
@ObjectType({
  implements: Node,
  description: 'What one unit of a currency is worth in CNY. It serves to compare amounts, not to move money.',
})
@Entity('currency_rate')
export class CurrencyRate extends Node {
  @Field(() => String, { description: 'ISO 4217 code.' })
  @Column('text')
  currency: string;

  /** Exchange rate as the driver returns a numeric(18,8), a string; the API shows it as a number. */
  @Column('numeric', { name: 'cny_per_unit' })
  cnyPerUnitText: string;

  @Field(() => String, { description: 'The day of the rate, YYYY-MM-DD.' })
  @Column('date', { name: 'as_of' })
  asOf: string;

  @Field(() => Date, { description: 'When it was set.' })
  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;

  @Field(() => Float, { description: 'CNY per unit.' })
  get cnyPerUnit(): number {
    return Number(this.cnyPerUnitText);
  }
}

/** Reads CNY per unit of every currency with a rate. Not cached, because operators change rates. */
export async function loadRates(db: EntityManager): Promise<Map<string, number>> {
  const rows = (await db.query(`SELECT currency, cny_per_unit FROM currency_rate`)) as Array<{
    currency: string;
    cny_per_unit: string;
  }>;
  return new Map(rows.map((row) => [row.currency, Number(row.cny_per_unit)]));
}

/** A rate by its id; readable by anyone. */
export function readCurrencyRate(ctx: Context, id: string): Promise<CurrencyRate | null> {
  return ctx.db.findOneBy(CurrencyRate, { id });
}
