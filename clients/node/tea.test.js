'use strict';

// @alicloud/ram20150501, @alicloud/sts20150401, @alicloud/ims20190815 and @alicloud/resourcemanager20200331

const assert = require('node:assert/strict');
const { after, before, describe, it } = require('node:test');

const { default: Ims, ...ims } = require('@alicloud/ims20190815');
const { default: Ram, ...ram } = require('@alicloud/ram20150501');
const { default: ResourceManager, ...rm } = require('@alicloud/resourcemanager20200331');
const { default: Sts, ...sts } = require('@alicloud/sts20150401');
const { $OpenApiUtil } = require('@alicloud/openapi-core');

const { ACCOUNT, start, policy, trust } = require('./cloud');

for (const signature of ['v3', 'v2']) {
  describe(`signature ${signature}`, () => {
    let cloud;
    before(async () => { cloud = await start(); });
    after(() => cloud.stop());

    const config = (key) => new $OpenApiUtil.Config({
      endpoint: cloud.address,
      protocol: 'HTTP',
      regionId: 'cn-hangzhou',
      accessKeyId: key.id,
      accessKeySecret: key.secret,
      securityToken: key.token,
      signatureAlgorithm: signature === 'v2' ? 'v2' : undefined,
    });
    const client = (key) => new Ram(config(key));

    async function user(name, statement) {
      const owner = client(cloud.owner);
      await owner.createUser(new ram.CreateUserRequest({ userName: name }));
      const { body } = await owner.createAccessKey(new ram.CreateAccessKeyRequest({ userName: name }));
      if (statement) {
        const policyDocument = policy(statement);
        await owner.createPolicy(new ram.CreatePolicyRequest({ policyName: name, policyDocument }));
        const attach = { policyType: 'Custom', policyName: name, userName: name };
        await owner.attachPolicyToUser(new ram.AttachPolicyToUserRequest(attach));
      }
      return { id: body.accessKey.accessKeyId, secret: body.accessKey.accessKeySecret };
    }

    it('creates, renames, lists and deletes a user', async () => {
      const owner = client(cloud.owner);
      const request = { userName: 'alice', displayName: "A B*~/测试!'()", comments: 'a=b&c+d' };
      const created = (await owner.createUser(new ram.CreateUserRequest(request))).body.user;
      assert.equal(created.displayName, request.displayName);
      await owner.updateUser(new ram.UpdateUserRequest({ userName: 'alice', newUserName: 'bob' }));
      const got = (await owner.getUser(new ram.GetUserRequest({ userName: 'bob' }))).body.user;
      assert.deepEqual([got.userId, got.comments], [created.userId, request.comments]);
      const listed = (await owner.listUsers(new ram.ListUsersRequest({ maxItems: 1000 }))).body;
      assert.ok(listed.users.user.some((one) => one.userName === 'bob'));
      await owner.deleteUser(new ram.DeleteUserRequest({ userName: 'bob' }));
      await assert.rejects(owner.getUser(new ram.GetUserRequest({ userName: 'bob' })), (error) => {
        assert.equal(error.code, 'EntityNotExist.User');
        assert.equal(error.statusCode, 404);
        return true;
      });
    });

    it('raises its own error for a denied call, with the details', async () => {
      const key = await user('denied');
      await assert.rejects(client(key).listUsers(new ram.ListUsersRequest({})), (error) => {
        assert.equal(error.code, 'NoPermission');
        assert.equal(error.accessDeniedDetail.AuthAction, 'ram:ListUsers');
        assert.equal(error.accessDeniedDetail.NoPermissionType, 'ImplicitDeny');
        return true;
      });
    });

    it('is refused with a wrong secret', async () => {
      const wrong = client({ id: cloud.owner.id, secret: 'x'.repeat(30) });
      await assert.rejects(wrong.listUsers(new ram.ListUsersRequest({})), { code: 'SignatureDoesNotMatch' });
    });

    it('finds by IMS the user that RAM made', async () => {
      const owner = new Ims(config(cloud.owner));
      await user('carol');
      const userPrincipalName = `carol@${ACCOUNT}.onaliyun.com`;
      const got = (await owner.getUser(new ims.GetUserRequest({ userPrincipalName }))).body.user;
      assert.equal(got.userPrincipalName, userPrincipalName);
      const keys = (await owner.listAccessKeys(new ims.ListAccessKeysRequest({ userPrincipalName }))).body;
      assert.equal(keys.accessKeys.accessKey.length, 1);
      const nobody = new ims.GetUserRequest({ userPrincipalName: `nobody@${ACCOUNT}.onaliyun.com` });
      await assert.rejects(owner.getUser(nobody), { code: 'EntityNotExist.User' });
    });

    it('attaches a policy in a resource group alone', async () => {
      const owner = new ResourceManager(config(cloud.owner));
      await user('dave');
      const request = new rm.CreateResourceGroupRequest({ name: 'lab', displayName: 'A B*~/测试' });
      const { id: resourceGroupId } = (await owner.createResourceGroup(request)).body.resourceGroup;
      const policy = { policyName: 'AliyunOSSReadOnlyAccess', policyType: 'System' };
      const principal = { principalName: `dave@${ACCOUNT}.onaliyun.com`, principalType: 'IMSUser' };
      await owner.attachPolicy(new rm.AttachPolicyRequest({ ...policy, ...principal, resourceGroupId }));
      const listed = (await owner.listPolicyAttachments(new rm.ListPolicyAttachmentsRequest(principal))).body;
      assert.deepEqual(
        listed.policyAttachments.policyAttachment.map((one) => [one.policyName, one.resourceGroupId]),
        [[policy.policyName, resourceGroupId]],
      );
      const denied = new ResourceManager(config(await user('erin'))).listResourceGroups(new rm.ListResourceGroupsRequest({}));
      await assert.rejects(denied, { code: 'NoPermission' });
    });

    it('assumes a role and acts as its session', async () => {
      const owner = client(cloud.owner);
      const { body } = await owner.createRole(
        new ram.CreateRoleRequest({ roleName: 'reader', assumeRolePolicyDocument: trust() }),
      );
      const attach = { policyType: 'System', policyName: 'AliyunRAMReadOnlyAccess', roleName: 'reader' };
      await owner.attachPolicyToRole(new ram.AttachPolicyToRoleRequest(attach));
      const key = await user('assumer', { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: body.role.arn });
      const assumed = await new Sts(config(key)).assumeRole(
        new sts.AssumeRoleRequest({ roleArn: body.role.arn, roleSessionName: 'session' }),
      );
      const { accessKeyId: id, accessKeySecret: secret, securityToken: token } = assumed.body.credentials;
      const session = { id, secret, token };
      const who = (await new Sts(config(session)).getCallerIdentity()).body;
      assert.equal(who.arn, `acs:ram::${ACCOUNT}:assumed-role/reader/session`);
      assert.ok((await client(session).listUsers(new ram.ListUsersRequest({}))).body.users.user.length > 0);
      const create = client(session).createUser(new ram.CreateUserRequest({ userName: 'no' }));
      await assert.rejects(create, { code: 'NoPermission' });
    });
  });
}
