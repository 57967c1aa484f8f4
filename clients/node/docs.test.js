'use strict';

// The example in docs/clients.md.

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { it } = require('node:test');

const { start } = require('./cloud');

it('the example in docs/clients.md runs', async () => {
  const page = fs.readFileSync(path.join(__dirname, '..', '..', 'docs', 'clients.md'), 'utf8');
  const [, code] = page.match(/^```js\n(.*?)^```$/ms);
  const cloud = await start();
  try {
    const env = {
      ...process.env,
      ALIBABA_CLOUD_ACCESS_KEY_ID: cloud.owner.id,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: cloud.owner.secret,
    };
    const script = code.replaceAll('127.0.0.1:8820', cloud.address);
    const output = execFileSync(process.execPath, ['-e', script], { cwd: __dirname, env, encoding: 'utf8' });
    assert.equal(output, '0\n');
  } finally {
    cloud.stop();
  }
});
