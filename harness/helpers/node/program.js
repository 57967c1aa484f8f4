#!/usr/bin/env node
// The program that came with this package.
'use strict';

const { spawn } = require('node:child_process');
const { constants } = require('node:os');
const { findProgram } = require('./index.js');

const child = spawn(findProgram(), process.argv.slice(2), { stdio: 'inherit' });
for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) process.on(signal, () => child.kill(signal));
child.once('error', (error) => {
  process.stderr.write(`error: ${error.message}\n`);
  process.exit(2);
});
child.once('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
