import 'reflect-metadata';
import { setFlagsFromString } from 'node:v8';
import { exportCommand } from './export-command.js';
import { reportFailure } from './failure.js';
import { processTerminal } from './terminal.js';
import { withApp } from './with-app.js';

// Left alone, V8 lets garbage pile up to several times what lives; a command that runs beside a server should stay small.
setFlagsFromString('--heap-growing-percent=40');

/** `npm run export`: see EXPORT_USAGE. */
process.exitCode = await exportCommand(process.argv.slice(2), processTerminal(), withApp).catch(reportFailure);
