import 'reflect-metadata';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../lib/package-root.js';
import { composition } from '../modules.js';
import { createSchema, printSortedSchema } from '../graphql/schema.js';
import { parseArguments } from './arguments.js';
import { runCommand } from './command.js';

/** `npm run schema:print`: writes the GraphQL schema to schema/schema.graphql, from which clients generate code. */
await runCommand('npm run schema:print', async (args) => {
  parseArguments({ args, options: {} });
  await writeFile(join(packageRoot(), 'schema', 'schema.graphql'), printSortedSchema(await createSchema(composition)));
});
