'use strict';

// A started `acslab serve`: where it listens and whose keys it printed.

const { spawn } = require('node:child_process');
const path = require('node:path');
const readline = require('node:readline');

const ROOT = path.resolve(__dirname, '..', '..');
const ACCOUNT = '1234567890123456';
const PARTNER = '2000000000000001';

// Keys, endpoints and proxies of the person who runs the tests stay out of them.
for (const name of Object.keys(process.env)) {
  if (/^(ALIBABA|ALICLOUD|OSS_)|_PROXY$/i.test(name)) {
    delete process.env[name];
  }
}

/**
 * Starts the emulator at a free port with a fixed seed: `{ address, owner: { id, secret }, stop }`, with `partner` another account of which
 * `partner` is the owner.
 */
async function start({ partner = false } = {}) {
  const program = process.env.ACSLAB || path.join(ROOT, 'target', 'debug', 'acslab');
  const serve = ['serve', '--port', '0', '--seed', '1', '--account', `company=${ACCOUNT}`];
  if (partner) serve.push('--account', `partner=${PARTNER}`);
  const child = spawn(program, serve, { stdio: ['ignore', 'pipe', 'inherit'] });
  const failed = new Promise((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`\`acslab serve\` ended with ${code}`)));
  });
  failed.catch(() => {}); // it ends in the end
  const cloud = { stop: () => child.kill() };
  const greeted = (async () => {
    for await (const line of readline.createInterface({ input: child.stdout })) {
      const [, address] = line.match(/^acslab serves http:\/\/(\S+)/) || [];
      const [, id] = line.match(/^export ALIBABA_CLOUD_ACCESS_KEY_ID=(\S+)/) || [];
      const [, secret] = line.match(/^export ALIBABA_CLOUD_ACCESS_KEY_SECRET=(\S+)/) || [];
      if (address) cloud.address = address;
      const who = cloud.owner && cloud.owner.secret ? 'partner' : 'owner';
      if (id) cloud[who] = { id };
      if (secret) {
        cloud[who].secret = secret;
        if (who === 'partner' || !partner) return;
      }
    }
  })();
  await Promise.race([greeted, failed]);
  child.stdout.resume();
  return cloud;
}

/** A policy document of statements. */
function policy(...statements) {
  return JSON.stringify({ Version: '1', Statement: statements });
}

/** A trust policy that trusts the account. */
function trust() {
  const Principal = { RAM: [`acs:ram::${ACCOUNT}:root`] };
  return policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal });
}

/** Moves the cloud's clock. */
async function advance(cloud, seconds) {
  const body = JSON.stringify({ advance_seconds: seconds });
  const answer = await fetch(`http://${cloud.address}/_acslab/clock`, { method: 'POST', body });
  if (!answer.ok) throw new Error(await answer.text());
}

module.exports = { ACCOUNT, PARTNER, advance, start, policy, trust };
