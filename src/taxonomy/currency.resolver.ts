import { Arg, Ctx, Field, Float, InputType, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import type { Context } from '../kernel/context.js';
import { CurrencyRate } from './currency.js';
import { listRates, setCurrencyRate } from './currency.service.js';
import { MutationInput } from '../kernel/mutation-input.js';

@InputType({ description: 'Input of setCurrencyRate.' })
export class SetCurrencyRateInput extends MutationInput {
  @Field(() => String, { description: 'ISO 4217 code.' })
  currency: string;

  @Field(() => Float, { description: 'CNY per unit; kept to 8 decimals.' })
  cnyPerUnit: number;

  @Field(() => String, { nullable: true, description: 'The day of the rate, YYYY-MM-DD; today in China by default.' })
  asOf?: string | null;
}

@ObjectType({ description: 'Result of setCurrencyRate.' })
export class CurrencyRatePayload {
  @Field(() => CurrencyRate, { description: 'The rate as it is now.' })
  rate: CurrencyRate;
}

@Resolver()
export class CurrencyResolver {
  @Query(() => [CurrencyRate], {
    description: 'The currencies in which amounts can be given, with what compares them; by code.',
  })
  currencyRates(@Ctx() ctx: Context): Promise<CurrencyRate[]> {
    return listRates(ctx);
  }

  @Mutation(() => CurrencyRatePayload, {
    description:
      'Operator: sets the rate of a currency, or adds one. Amounts are compared by the new rate from then on.',
  })
  async setCurrencyRate(
    @Ctx() ctx: Context,
    @Arg('input', () => SetCurrencyRateInput, { description: 'The rate.' }) input: SetCurrencyRateInput,
  ): Promise<CurrencyRatePayload> {
    return { rate: await setCurrencyRate(ctx, input) };
  }
}
