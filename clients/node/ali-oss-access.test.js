'use strict';

// ali-oss: many objects, what is said of objects, who else may read them, and days that go by.

const assert = require('node:assert/strict');
const http = require('node:http');
const { after, before, describe, it } = require('node:test');

const OSS = require('ali-oss');
const Core = require('@alicloud/pop-core').RPCClient;

const { ACCOUNT, PARTNER, advance, policy, start, trust } = require('./cloud');

/** Asks for a URL at the emulator, whatever host it names: who uses `acslab exec` or a table of hosts gets there so. */
function visit(cloud, url) {
  const { host, pathname, search } = new URL(url);
  const [hostname, port] = cloud.address.split(':');
  return new Promise((resolve, reject) => {
    const request = http.get({ hostname, port, path: pathname + search, headers: { host } }, (answer) => {
      let body = '';
      answer.on('data', (piece) => (body += piece));
      answer.on('end', () => resolve({ status: answer.statusCode, body }));
    });
    request.once('error', reject);
  });
}

for (const authorizationV4 of [true, false]) {
  describe(`ali-oss with signature ${authorizationV4 ? 'V4' : 'V1'}`, () => {
    let cloud;
    let endpoint;
    let store;

    const as = (key, more) => new OSS({ accessKeyId: key.id, accessKeySecret: key.secret, endpoint, region: 'oss-cn-hangzhou', bucket: 'photos', authorizationV4, ...more });
    const rpc = (key, apiVersion) => new Core({ accessKeyId: key.id, accessKeySecret: key.secret, endpoint, apiVersion });

    before(async () => {
      cloud = await start({ partner: true });
      endpoint = `http://${cloud.address}`;
      for (const key of [cloud.owner, cloud.partner]) {
        await rpc(key, '2019-04-22').request('OpenOssService', {}, { method: 'POST' });
      }
      store = as(cloud.owner);
      await store.putBucket('photos');
    });

    after(() => cloud.stop());

    it('lists thousands, page by page', async () => {
      const put = (n) => store.put(`many/${n}`, Buffer.from(''));
      for (let n = 0; n < 1100; n += 50) await Promise.all(Array.from({ length: 50 }, (_, more) => put(n + more)));
      const sizes = [];
      let token;
      do {
        const page = await store.listV2({ prefix: 'many/', 'max-keys': 500, 'continuation-token': token });
        sizes.push(page.objects.length);
        token = page.nextContinuationToken;
      } while (token);
      assert.deepEqual(sizes, [500, 500, 100]);
    });

    it('presigns for the hosts of the cloud', async () => {
      await store.put('a b.txt', Buffer.from('content'));
      // For an endpoint that is an address this client leaves the bucket out of the URL.
      const signer = as(cloud.owner, { endpoint: undefined });
      const url = authorizationV4
        ? await signer.signatureUrlV4('GET', 60, undefined, 'a b.txt')
        : signer.signatureUrl('a b.txt', { expires: 60 });
      assert.deepEqual(await visit(cloud, url), { status: 200, body: 'content' });
      assert.equal((await visit(cloud, url.replace(/ignature=./, 'ignature=0x'))).status, 403);
    });

    it('works as a session', async () => {
      const ram = rpc(cloud.owner, '2015-05-01');
      const post = { method: 'POST' };
      await ram.request('CreateRole', { RoleName: 'reader', AssumeRolePolicyDocument: trust() }, post);
      const document = policy({ Effect: 'Allow', Action: 'oss:GetObject', Resource: 'acs:oss:*:*:photos/*' });
      await ram.request('CreatePolicy', { PolicyName: 'reads', PolicyDocument: document }, post);
      await ram.request('AttachPolicyToRole', { RoleName: 'reader', PolicyType: 'Custom', PolicyName: 'reads' }, post);
      await ram.request('CreateUser', { UserName: 'ann' }, post);
      const { AccessKey } = await ram.request('CreateAccessKey', { UserName: 'ann' }, post);
      const may = policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' });
      await ram.request('CreatePolicy', { PolicyName: 'assumes', PolicyDocument: may }, post);
      await ram.request('AttachPolicyToUser', { UserName: 'ann', PolicyType: 'Custom', PolicyName: 'assumes' }, post);
      const sts = new OSS.STS({ accessKeyId: AccessKey.AccessKeyId, accessKeySecret: AccessKey.AccessKeySecret, endpoint });
      const { credentials } = await sts.assumeRole(`acs:ram::${ACCOUNT}:role/reader`, undefined, 900, 'session');
      const session = as({ id: credentials.AccessKeyId, secret: credentials.AccessKeySecret }, { stsToken: credentials.SecurityToken });
      assert.equal((await session.get('a b.txt')).content.toString(), 'content');
      await assert.rejects(session.put('x', Buffer.from('x')), { code: 'AccessDenied', status: 403 });
    });

    it('tags objects and gives them an ACL', async () => {
      await store.put('k', Buffer.from('x'));
      await store.putObjectTagging('k', { a: '1' });
      assert.deepEqual((await store.getObjectTagging('k')).tag, { a: '1' });
      await store.putACL('k', 'private');
      assert.equal((await store.getACL('k')).acl, 'private');
      await assert.rejects(store.putACL('k', 'public-read'), { code: 'AccessDenied', status: 403 });
    });

    it('lets another account read by a policy', async () => {
      const partner = as(cloud.partner);
      await assert.rejects(partner.get('k'), { code: 'AccessDenied', status: 403 });
      const statement = { Effect: 'Allow', Action: ['oss:GetObject'], Principal: [PARTNER], Resource: [`acs:oss:*:${ACCOUNT}:photos/*`] };
      await store.putBucketPolicy('photos', JSON.parse(policy(statement)));
      assert.equal((await partner.get('k')).content.toString(), 'x');
      await assert.rejects(partner.delete('k'), { code: 'AccessDenied', status: 403 });
    });

    it('deletes by a rule as days go by', async () => {
      await store.putBucketLifecycle('photos', [{ id: 'r', prefix: 'many/', status: 'Enabled', expiration: { days: 1 } }]);
      await advance(cloud, 3 * 86_400);
      const { objects } = await store.listV2({});
      assert.deepEqual(objects.map(({ name }) => name), ['a b.txt', 'k']);
    });
  });
}
