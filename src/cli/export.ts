import 'reflect-metadata';
import { setFlagsFromString } from 'node:v8';
import { exportCommand } from './export-command.js';
import { reportFailure } from './failure.js';
import { processTerminal } from './terminal.js';
import { withApp } from './with-app.js';

// By default V8 lets the heap grow to several times the size of the live data. A lower growth rate keeps the memory of
// this command small beside a running server.
setFlagsFromString('--heap-growing-percent=40');

/** `npm run export`: see EXPORT_USAGE. */
process.exitCode = await exportCommand(process.argv.slice(2), processTerminal(), withApp).catch(reportFailure);
