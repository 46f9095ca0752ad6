import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { LocalizedInput } from '../../kernel/localized.js';
import { SupportKind } from './cultivation.codes.js';
import { SupportService } from './cultivation.entity.js';
import { MutationInput } from '../../kernel/mutation-input.js';

@InputType({ description: 'A service in the catalogue: a new one, or with `id` what an existing one shall be.' })
export class SetSupportServiceInput extends MutationInput {
  @Field(() => ID, { nullable: true, description: 'The service to change; a new one without.' })
  id?: string | null;

  @Field(() => SupportKind, { description: 'What it offers.' })
  kind: SupportKind;

  @Field(() => LocalizedInput, { description: 'Its name; at most 120 characters.' })
  name: LocalizedInput;

  @Field(() => LocalizedInput, { nullable: true, description: 'What it does; at most 2,000 characters.' })
  description?: LocalizedInput | null;

  @Field(() => ID, { nullable: true, description: 'The organisation that offers it, if it is on the platform.' })
  organisationId?: string | null;

  @Field(() => String, { nullable: true, description: 'Region (code of `regions`) in which it is.' })
  regionCode?: string | null;

  @Field(() => [String], { description: 'The gap codes that it helps with; at least one.' })
  gapCodes: string[];

  @Field(() => String, {
    nullable: true,
    description: 'Where to read more: an http or https address of up to 300 characters.',
  })
  url?: string | null;

  @Field(() => Boolean, { defaultValue: true, description: 'Whether it is listed and suggested.' })
  active: boolean;
}

@InputType({ description: 'Removes a service from the catalogue.' })
export class RemoveSupportServiceInput extends MutationInput {
  @Field(() => ID, { description: 'The service.' })
  id: string;
}

@InputType({ description: 'Narrows the catalogue of support services.' })
export class SupportServiceFilter {
  @Field(() => [SupportKind], { nullable: true, description: 'Only of these kinds.' })
  kinds?: SupportKind[] | null;

  @Field(() => [String], { nullable: true, description: 'Only those that help with one of these gap codes.' })
  gapCodes?: string[] | null;

  @Field(() => Boolean, { nullable: true, description: 'Operators: true also lists what is not active.' })
  inactiveToo?: boolean | null;
}

@ObjectType({ description: 'Result of a change to the catalogue of support services.' })
export class SupportServicePayload {
  @Field(() => SupportService, { description: 'The service as it is now.' })
  supportService: SupportService;
}

@ObjectType({ description: 'The service that is gone.' })
export class RemoveSupportServicePayload {
  @Field(() => ID, { description: 'Its id.' })
  removedId: string;
}
