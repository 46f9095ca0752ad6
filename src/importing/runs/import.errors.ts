import { AppError, badInput } from '../../kernel/errors.js';
import { MappingFault } from '../mapping/mapping.js';
import { ContainerFault } from '../../lib/tabular/faults.js';

/** Refusal of a whole file: BAD_USER_INPUT with the fault's code and, if known, the line at fault. */
export class ImportRefusedError extends AppError {
  constructor(field: string, fault: ContainerFault) {
    super('BAD_USER_INPUT', fault.message, fault.code, {
      field,
      line: fault.line ?? null,
      problems: [{ field, code: fault.code, message: fault.message }],
    });
  }
}

/** Runs `run` and converts a fault of a file or mapping into an API error. */
export async function refusing<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof ContainerFault) throw new ImportRefusedError('file', error);
    if (error instanceof MappingFault)
      throw badInput(
        error.code === 'UNKNOWN_MAPPING' ? 'input.mappingName' : 'input.mapping',
        error.code,
        error.message,
      );
    throw error;
  }
}
