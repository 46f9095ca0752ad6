import 'reflect-metadata';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';

// A worker runs one file at a time, so no file sees temporary files of another.
const folder = join(inject('temporaryFolder'), `worker-${process.env['VITEST_POOL_ID']}`);
mkdirSync(folder, { recursive: true });
process.env['TMPDIR'] = folder;
