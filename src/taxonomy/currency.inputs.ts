import { InputType, Field, Float } from 'type-graphql';
import { MutationInput } from '../kernel/mutation-input.js';

@InputType({ description: 'Input of setCurrencyRate.' })
export class SetCurrencyRateInput extends MutationInput {
  @Field(() => String, { description: 'ISO 4217 code.' })
  currency: string;

  @Field(() => Float, { description: 'CNY per unit; kept to 8 decimals.' })
  cnyPerUnit: number;

  @Field(() => String, { nullable: true, description: 'The day of the rate, YYYY-MM-DD; today in China by default.' })
  asOf?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'True: the rate is meant although it is three times the stored one or more, or a third of it or less; without it such a rate is refused with the code UNLIKELY_RATE.',
  })
  confirmUnlikely?: boolean | null;
}
