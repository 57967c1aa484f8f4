// A local Alibaba Cloud for tests: starts `acslab serve`, and opens fresh accounts in it.
'use strict';

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const path = require('node:path');

class AcslabError extends Error {}

// The program: the one that ACSLAB names, the one that came with this package, or the one on the PATH.
function findProgram() {
  const named = process.env.ACSLAB;
  if (named) {
    if (!fs.existsSync(named)) throw new AcslabError(`ACSLAB names \`${named}\`, and there is no such program`);
    return named;
  }
  const name = process.platform === 'win32' ? 'acslab.exe' : 'acslab';
  const own = path.join(__dirname, 'bin', name);
  const onPath = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean).map((folder) => path.join(folder, name));
  const found = [own, ...onPath].find((file) => fs.existsSync(file));
  if (!found) throw new AcslabError('there is no program `acslab`: put it on the PATH, or name it with the variable ACSLAB');
  return found;
}

// What an account is opened with: a key that is misspelt would be passed over in silence.
const OPTIONS = ['name', 'open'];

function checkOptions(options) {
  const unknown = Object.keys(options).find((key) => !OPTIONS.includes(key));
  if (unknown !== undefined) throw new AcslabError(`an account has no option \`${unknown}\`; there are ${OPTIONS.join(' and ')}`);
}

// A running `acslab serve`.
class Cloud {
  constructor(endpoint, child) {
    this.endpoint = endpoint.replace(/\/$/, '');
    this.child = child;
  }

  // Starts one at a free port. It ends with `stop`, and with this process, however that ends.
  static async start(...options) {
    const program = findProgram();
    const command = ['serve', '--port', '0', '--format', 'json', '--until-stdin-ends', ...options];
    const child = spawn(program, command, { stdio: ['pipe', 'pipe', 'inherit'] });
    const greeting = await new Promise((resolve, reject) => {
      let text = '';
      child.stdout.setEncoding('utf8').on('data', (more) => {
        text += more;
        if (text.includes('\n')) resolve(text);
      });
      child.once('error', (error) => reject(new AcslabError(`\`${program}\` cannot be run: ${error.message}`)));
      child.once('exit', (code) => reject(new AcslabError(`\`${program} ${command.join(' ')}\` ended with ${code} before it answered`)));
    });
    // Nobody waits for it to end.
    child.unref();
    child.stdin.unref();
    child.stdout.unref();
    return new Cloud(JSON.parse(greeting).endpoint, child);
  }

  // Ends it, if it was started here.
  async stop() {
    const { child } = this;
    if (!child) return;
    this.child = undefined;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.ref();
    child.stdin.end();
    await ended;
  }

  // A fresh account: `name`, and `open`, the services that are open in it from the start.
  async account(options = {}) {
    checkOptions(options);
    const { name, open = [] } = options;
    return new Account(this, await this.control('POST', 'accounts', { name, open }));
  }

  // Asks acslab's own surface, as docs/control.md tells it.
  control(method, asked, body) {
    const url = new URL(`${this.endpoint}/_acslab/${asked}`);
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const client = url.protocol === 'https:' ? https : http;
    return new Promise((resolve, reject) => {
      const request = client.request(url, { method, agent: false }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (more) => { text += more; });
        answer.on('end', () => {
          let told;
          try {
            told = JSON.parse(text);
          } catch {
            told = { error: text };
          }
          if (answer.statusCode < 400) resolve(told);
          else reject(new AcslabError(`${method} ${asked}: ${told.error}`));
        });
      });
      request.once('error', reject);
      request.end(sent);
    });
  }
}

// Somebody with a key: an account's owner, or a RAM user.
class Identity {
  constructor(given, arn) {
    this.accountId = given.account_id;
    this.name = given.name;
    this.arn = arn;
    this.accessKeyId = given.access_key_id;
    this.accessKeySecret = given.access_key_secret;
    this.region = given.region;
    this.endpoint = given.endpoint;
    // The variables that SDKs, command lines and Terraform read.
    this.environment = given.environment;
  }
}

// A fresh account; as an identity, its owner.
class Account extends Identity {
  constructor(cloud, given) {
    super(given, `acs:ram::${given.account_id}:root`);
    this.cloud = cloud;
  }

  // A RAM user with a key. A policy is the name of a system policy, a file that ends in .json, or a document.
  async user(name, ...policies) {
    const read = (policy) =>
      typeof policy === 'string' && policy.endsWith('.json') ? JSON.parse(fs.readFileSync(policy, 'utf8')) : policy;
    const given = await this.cloud.control('POST', `accounts/${this.accountId}/users`, { name, policies: policies.map(read) });
    return new Identity(given, given.arn);
  }

  // What was decided lately about callers of this account, newest first; narrowed down by caller, operation, action, code.
  async decisions(narrowed = {}) {
    const query = new URLSearchParams({ account: this.accountId, limit: '1000', ...narrowed });
    return (await this.cloud.control('GET', `decisions?${query}`)).decisions;
  }

  // What was denied, oldest first, a text each.
  async denials() {
    return (await this.decisions()).reverse().flatMap((decision) =>
      decision.decided.filter(({ verdict }) => verdict !== 'Allow').map(({ action, resource, policy }) => {
        const why = policy ? `denied by ${policy.name}` : 'no statement allows it';
        const outcome = `${decision.status} ${decision.code ?? 'performed all the same'}`;
        return `${decision.operation} by ${decision.caller}: ${outcome}\n  needs ${action} on ${resource}: ${why}`;
      }),
    );
  }

  // Closes the account with all that it has.
  async close() {
    await this.cloud.control('DELETE', `accounts/${this.accountId}`);
  }
}

let shared;

// The cloud that all tests of this process share: the one that ACSLAB_ENDPOINT names, such as that of the global setup, or else one
// of its own.
function sharedCloud() {
  const endpoint = process.env.ACSLAB_ENDPOINT;
  shared ??= endpoint ? Promise.resolve(new Cloud(endpoint)) : Cloud.start();
  return shared;
}

// A test with a fresh account: `test('…', withAccount(async (account) => { … }))`, or with options in front. What was denied
// stands in the error of a test that fails.
function withAccount(...given) {
  const test = given.pop();
  const [options] = given;
  if (typeof test !== 'function' || given.length > 1) {
    throw new AcslabError('withAccount takes the test, a function, perhaps with options in front of it');
  }
  checkOptions(options ?? {});
  return async () => {
    const account = await (await sharedCloud()).account(options);
    try {
      await test(account);
    } catch (error) {
      if (error instanceof Error) {
        const denials = await account.denials().catch(({ message }) => [`the cloud does not tell: ${message}`]);
        const told = `\n\nacslab: denied\n${denials.join('\n') || 'nothing'}`;
        error.message += told;
        if (error.stack) error.stack += told;
      }
      throw error;
    } finally {
      await account.close();
    }
  };
}

module.exports = { Account, AcslabError, Cloud, Identity, findProgram, sharedCloud, withAccount };
