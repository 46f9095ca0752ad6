import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { EvidenceFile } from '../achievement-parts.entity.js';
import { MutationInput } from '../../kernel/mutation-input.js';

@InputType({ description: 'Input of removeEvidence.' })
export class RemoveEvidenceInput extends MutationInput {
  @Field(() => ID, { description: 'The file.' })
  id: string;
}

@ObjectType({ description: 'Result of adding a file.' })
export class EvidencePayload {
  @Field(() => EvidenceFile, { description: 'The file; the one that is there already where it has the same content.' })
  evidence: EvidenceFile;
}

@ObjectType({ description: 'Result of removing a file.' })
export class RemoveEvidencePayload {
  @Field(() => ID, { description: 'Id of what was removed.' })
  removedId: string;
}
