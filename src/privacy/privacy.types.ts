import { Field, InputType, ObjectType } from 'type-graphql';
import { MutationInput } from '../kernel/mutation-input.js';

@InputType({ description: 'Password and code, asked again before everything is erased.' })
export class EraseMyAccountInput extends MutationInput {
  @Field(() => String, { description: 'The password of the account.' })
  password: string;

  @Field(() => String, {
    nullable: true,
    description: 'With two-factor authentication: the six digits, or one of the recovery codes.',
  })
  totpCode?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether to close the organisations of which the viewer is the only owner, as `closeOrganisation` does. Otherwise CONFLICT with reason LAST_OWNER names them, with the choices for each.',
  })
  closeOwnedOrganisations?: boolean | null;
}

@ObjectType({ description: 'Nothing personal is left.' })
export class EraseMyAccountPayload {
  @Field(() => Boolean, { description: 'True.' })
  erased: boolean;
}
