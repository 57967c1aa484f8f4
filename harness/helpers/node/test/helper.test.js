'use strict';

const assert = require('node:assert/strict');
const { spawn, spawnSync } = require('node:child_process');
const crypto = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, test } = require('node:test');

const { AcslabError, Cloud, findProgram, sharedCloud, withAccount } = require('../index.js');

// A signed call to RAM, without an SDK; gives the status.
async function call({ accessKeyId, accessKeySecret, endpoint }, action, parameters = {}) {
  const asked = {
    Action: action, Version: '2015-05-01', Format: 'JSON', AccessKeyId: accessKeyId, SignatureMethod: 'HMAC-SHA1',
    SignatureVersion: '1.0', SignatureNonce: crypto.randomUUID(), Timestamp: new Date().toISOString().replace(/\.\d+/, ''),
    ...parameters,
  };
  const quote = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const query = Object.keys(asked).sort().map((name) => `${quote(name)}=${quote(asked[name])}`).join('&');
  const signature = crypto.createHmac('sha1', `${accessKeySecret}&`).update(`GET&%2F&${quote(query)}`).digest('base64');
  return (await fetch(`${endpoint}/?${query}&Signature=${quote(signature)}`)).status;
}

after(async () => (await sharedCloud()).stop());

test('each test has an account of its own', withAccount(async (account) => {
  assert.equal(await call(account, 'CreateUser', { UserName: 'alice' }), 200);
}));

test('and finds nothing of another', withAccount(async (account) => {
  assert.equal(await call(account, 'GetUser', { UserName: 'alice' }), 404);
}));

test('people have policies by name, of files, and as documents', withAccount({ name: 'people', open: ['oss'] }, async (account) => {
  assert.equal(account.name, 'people');
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'acslab-')), 'reader.json');
  const document = { Version: '1', Statement: [{ Effect: 'Allow', Action: 'ram:GetUser', Resource: '*' }] };
  fs.writeFileSync(file, JSON.stringify(document));
  const people = [
    await account.user('by-file', file), await account.user('by-document', document),
    await account.user('by-name', 'AliyunRAMReadOnlyAccess'), await account.user('nobody'),
  ];
  const answers = [];
  for (const one of people) answers.push(await call(one, 'GetUser', { UserName: 'nobody' }));
  assert.deepEqual(answers, [200, 200, 200, 403]);
  assert.match((await account.denials()).join('\n'), /^Ram\.GetUser by \S+:user\/nobody: 403 NoPermission\n {2}needs ram:GetUser on .*: no statement allows it$/);
  await assert.rejects(account.user('nobody'), /EntityAlreadyExists\.User/);
}));

test('a slip in what is asked for is refused', async () => {
  assert.throws(() => withAccount({ opne: ['oss'] }, async () => {}), /no option `opne`; there are name and open/);
  assert.throws(() => withAccount({ open: ['oss'] }), /takes the test, a function/);
  await assert.rejects((await sharedCloud()).account({ nmae: 'x' }), /no option `nmae`/);
  await (await sharedCloud()).account().then(async (account) => {
    await assert.rejects(account.user('r', 'AliyunOSSReadOnlyAcces'), /Did you mean `AliyunOSSReadOnlyAccess`/);
    await account.close();
  });
});

test('a test that fails says what was denied, and its account is gone', async () => {
  let id;
  const failing = withAccount(async (account) => {
    id = account.accountId;
    assert.equal(await call(await account.user('alice'), 'ListUsers'), 200);
  });
  await assert.rejects(failing(), ({ message }) => /403 !== 200[^]*acslab: denied\nRam\.ListUsers by .*\n {2}needs ram:ListUsers/.test(message));
  const { accounts } = await (await sharedCloud()).control('GET', 'accounts');
  assert.ok(!accounts.some(({ account_id }) => account_id === id));
});

test('a cloud ends with whoever started it', async () => {
  const script = `require(${JSON.stringify(require.resolve('../index.js'))}).Cloud.start().then((cloud) => { console.log(cloud.endpoint); process.exit(1); })`;
  const endpoint = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' }).stdout.trim();
  assert.match(endpoint, /^http:\/\/127/);
  for (let tries = 0; tries < 100; tries += 1) {
    try {
      await fetch(`${endpoint}/_acslab/health`);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail('it still answers');
});

test('nothing keeps a process alive that has started one', async () => {
  const script = `require(${JSON.stringify(require.resolve('../index.js'))}).Cloud.start()`;
  const child = spawn(process.execPath, ['-e', script], { stdio: 'ignore' });
  assert.equal(await new Promise((resolve) => child.once('exit', resolve)), 0);
});

test('the program can be run by the package', () => {
  const program = path.join(__dirname, '..', 'program.js');
  const done = spawnSync(process.execPath, [program, 'version'], { encoding: 'utf8' });
  assert.match(done.stdout, /^acslab \d/);
  assert.equal(spawnSync(process.execPath, [program, 'lint', '/nowhere.json']).status, 2);
});

test('what is missing is said', async () => {
  const { ACSLAB, PATH } = process.env;
  try {
    process.env.ACSLAB = '/nowhere/acslab';
    await assert.rejects(Cloud.start(), (error) => error instanceof AcslabError && /there is no such program/.test(error.message));
    delete process.env.ACSLAB;
    process.env.PATH = '/nowhere';
    if (!fs.existsSync(path.join(__dirname, '..', 'bin', 'acslab'))) assert.throws(findProgram, /put it on the PATH/);
  } finally {
    Object.assign(process.env, { PATH }, ACSLAB === undefined ? {} : { ACSLAB });
  }
});
