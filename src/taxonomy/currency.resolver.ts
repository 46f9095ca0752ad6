import { Arg, Ctx, Field, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import type { Context } from '../kernel/context.js';
import { CurrencyRate } from './currency.js';
import { listRates, setCurrencyRate } from './currency.service.js';
import { SetCurrencyRateInput } from './currency.inputs.js';

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
