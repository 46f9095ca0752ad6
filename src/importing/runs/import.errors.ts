import { AppError, badInput, type FieldProblem } from '../../kernel/errors.js';
import { MappingFault } from '../mapping/mapping.js';
import { ContainerFault } from '../../lib/tabular/faults.js';

/**
 * The API error for a file that is refused as a whole: BAD_USER_INPUT with the fault's code and, if known, the line of
 * the file.
 */
export class ImportRefusedError extends AppError {
  override readonly problems: readonly FieldProblem[];

  constructor(field: string, fault: ContainerFault) {
    super('BAD_USER_INPUT', fault.said, fault.code, {
      field,
      line: fault.line ?? null,
      problems: [{ field, code: fault.code, message: fault.message }],
    });
    this.problems = [{ field, code: fault.code, message: fault.said }];
  }
}

/** Runs a function and converts its ContainerFault or MappingFault into an API error. */
export async function refusing<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof ContainerFault) throw new ImportRefusedError('file', error);
    if (error instanceof MappingFault)
      throw badInput(error.code === 'UNKNOWN_MAPPING' ? 'input.mappingName' : 'input.mapping', error.code, error.said);
    throw error;
  }
}
