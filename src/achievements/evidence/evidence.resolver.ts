import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Context } from '../../kernel/context.js';
import { GraphQLUpload, type FileUpload } from '../../graphql/upload.js';
import { EvidenceInput } from '../achievement.inputs.js';
import { addEvidence, removeEvidence } from './evidence.service.js';
import { EvidencePayload, RemoveEvidenceInput, RemoveEvidencePayload } from './evidence.types.js';

@Resolver()
export class EvidenceResolver {
  @Mutation(() => EvidencePayload, {
    description: 'Adds a file of at most 20 MiB that proves something; not while the achievement is under review.',
  })
  async addEvidence(
    @Ctx() ctx: Context,
    @Arg('file', () => GraphQLUpload, {
      description:
        'The file: PDF, OFD, PNG, JPEG, DOC, DOCX, WPS, XLSX, TXT, CSV or ZIP by its content, as a multipart upload.',
    })
    file: FileUpload,
    @Arg('input', () => EvidenceInput, { description: 'What it belongs to and who may open it.' }) input: EvidenceInput,
  ): Promise<EvidencePayload> {
    return { evidence: await addEvidence(ctx, file, input) };
  }

  @Mutation(() => RemoveEvidencePayload, {
    description: 'Removes a file for good; not while the achievement is under review.',
  })
  async removeEvidence(
    @Ctx() ctx: Context,
    @Arg('input', () => RemoveEvidenceInput, { description: 'Which.' }) input: RemoveEvidenceInput,
  ): Promise<RemoveEvidencePayload> {
    return { removedId: await removeEvidence(ctx, input) };
  }
}
