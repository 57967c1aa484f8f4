'use strict';

// @alicloud/pop-core

const assert = require('node:assert/strict');
const { after, before, describe, it } = require('node:test');

const { RPCClient } = require('@alicloud/pop-core');

const { ACCOUNT, start, policy, trust } = require('./cloud');

for (const method of ['GET', 'POST']) {
  describe(`method ${method}`, () => {
    let cloud;
    before(async () => { cloud = await start(); });
    after(() => cloud.stop());

    const send = (version, key, action, parameters = {}) => new RPCClient({
      endpoint: `http://${cloud.address}`,
      apiVersion: version,
      accessKeyId: key.id,
      accessKeySecret: key.secret,
      securityToken: key.token,
    }).request(action, parameters, { method });
    const ram = (...call) => send('2015-05-01', ...call);
    const sts = (...call) => send('2015-04-01', ...call);

    it('creates and gets a user', async () => {
      const request = { UserName: 'alice', DisplayName: "A B*~/测试!'()", Comments: 'a=b&c+d' };
      const { User } = await ram(cloud.owner, 'CreateUser', request);
      const got = await ram(cloud.owner, 'GetUser', { UserName: 'alice' });
      assert.equal(got.User.UserId, User.UserId);
      assert.equal(got.User.DisplayName, request.DisplayName);
      assert.equal(got.User.Comments, request.Comments);
      assert.match(got.RequestId, /^[0-9A-F-]{36}$/);
    });

    it('reports an error by its code', async () => {
      await assert.rejects(ram(cloud.owner, 'GetUser', { UserName: 'nobody' }), (error) => {
        assert.equal(error.code, 'EntityNotExist.User');
        assert.equal(error.data.Code, 'EntityNotExist.User');
        return true;
      });
      const wrong = { id: cloud.owner.id, secret: 'x'.repeat(30) };
      await assert.rejects(ram(wrong, 'ListUsers'), { code: 'SignatureDoesNotMatch' });
      const unknown = { id: 'LTAI5tNobodyNobodyNobody', secret: 'x'.repeat(30) };
      await assert.rejects(ram(unknown, 'ListUsers'), { code: 'InvalidAccessKeyId.NotFound' });
    });

    it('acts as a user and as a session', async () => {
      await ram(cloud.owner, 'CreateUser', { UserName: 'dev' });
      const { AccessKey } = await ram(cloud.owner, 'CreateAccessKey', { UserName: 'dev' });
      const dev = { id: AccessKey.AccessKeyId, secret: AccessKey.AccessKeySecret };
      await assert.rejects(ram(dev, 'ListUsers'), { code: 'NoPermission' });

      const { Role } = await ram(cloud.owner, 'CreateRole', { RoleName: 'reader', AssumeRolePolicyDocument: trust() });
      const PolicyDocument = policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: Role.Arn });
      await ram(cloud.owner, 'CreatePolicy', { PolicyName: 'assume', PolicyDocument });
      await ram(cloud.owner, 'AttachPolicyToUser', { PolicyType: 'Custom', PolicyName: 'assume', UserName: 'dev' });
      const assumed = await sts(dev, 'AssumeRole', { RoleArn: Role.Arn, RoleSessionName: 'session' });
      const session = {
        id: assumed.Credentials.AccessKeyId,
        secret: assumed.Credentials.AccessKeySecret,
        token: assumed.Credentials.SecurityToken,
      };
      const who = await sts(session, 'GetCallerIdentity');
      assert.equal(who.Arn, `acs:ram::${ACCOUNT}:assumed-role/reader/session`);
      await assert.rejects(ram(session, 'ListUsers'), { code: 'NoPermission' });
    });
  });
}
