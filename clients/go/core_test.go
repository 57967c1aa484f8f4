package clients

import (
	"errors"
	"testing"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/ram"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/sts"
)

// The older SDK, alibaba-cloud-sdk-go: the one that the aliyun CLI and half of Terraform's provider are made of.

func ramClient(t *testing.T, cloud cloud, who key) *ram.Client {
	t.Helper()
	client, err := ram.NewClientWithOptions(region, sdk.NewConfig().WithScheme("HTTP"), credential(who))
	must(t, err)
	client.Domain = cloud.address
	return client
}

func stsClient(t *testing.T, cloud cloud, who key) *sts.Client {
	t.Helper()
	client, err := sts.NewClientWithOptions(region, sdk.NewConfig().WithScheme("HTTP"), credential(who))
	must(t, err)
	client.Domain = cloud.address
	return client
}

func credential(who key) any {
	if who.token != "" {
		return credentials.NewStsTokenCredential(who.id, who.secret, who.token)
	}
	return credentials.NewAccessKeyCredential(who.id, who.secret)
}

// newUser makes a RAM user with an access key and perhaps a policy.
func newUser(t *testing.T, owner *ram.Client, name, document string) key {
	t.Helper()
	create := ram.CreateCreateUserRequest()
	create.UserName = name
	_, err := owner.CreateUser(create)
	must(t, err)
	newKey := ram.CreateCreateAccessKeyRequest()
	newKey.UserName = name
	made, err := owner.CreateAccessKey(newKey)
	must(t, err)
	if document != "" {
		newPolicy := ram.CreateCreatePolicyRequest()
		newPolicy.PolicyName, newPolicy.PolicyDocument = name, document
		_, err = owner.CreatePolicy(newPolicy)
		must(t, err)
		attach := ram.CreateAttachPolicyToUserRequest()
		attach.PolicyType, attach.PolicyName, attach.UserName = "Custom", name, name
		_, err = owner.AttachPolicyToUser(attach)
		must(t, err)
	}
	return key{id: made.AccessKey.AccessKeyId, secret: made.AccessKey.AccessKeySecret}
}

func fails(t *testing.T, err error, status int, code string) {
	t.Helper()
	var refused *sdkerrors.ServerError
	if !errors.As(err, &refused) {
		t.Fatalf("got %v, want a server error", err)
	}
	equal(t, refused.ErrorCode(), code)
	equal(t, refused.HttpStatus(), status)
}

func TestCoreSDKUsers(t *testing.T) {
	cloud := start(t)
	owner := ramClient(t, cloud, cloud.owner)
	create := ram.CreateCreateUserRequest()
	create.UserName, create.DisplayName = "alice", "A B*~/测试"
	made, err := owner.CreateUser(create)
	must(t, err)
	get := ram.CreateGetUserRequest()
	get.UserName = "alice"
	got, err := owner.GetUser(get)
	must(t, err)
	equal(t, got.User.UserId, made.User.UserId)
	equal(t, got.User.DisplayName, "A B*~/测试")
	listed, err := owner.ListUsers(ram.CreateListUsersRequest())
	must(t, err)
	equal(t, len(listed.Users.User), 1)

	remove := ram.CreateDeleteUserRequest()
	remove.UserName = "alice"
	_, err = owner.DeleteUser(remove)
	must(t, err)
	_, err = owner.GetUser(get)
	fails(t, err, 404, "EntityNotExist.User")
}

func TestCoreSDKRefusals(t *testing.T) {
	cloud := start(t)
	owner := ramClient(t, cloud, cloud.owner)
	user := newUser(t, owner, "bob", "")
	_, err := ramClient(t, cloud, user).ListUsers(ram.CreateListUsersRequest())
	fails(t, err, 403, "NoPermission")

	// The SDK blames the secret only where its own string to sign equals the one in the answer.
	_, err = ramClient(t, cloud, key{id: cloud.owner.id, secret: "x"}).ListUsers(ram.CreateListUsersRequest())
	fails(t, err, 400, "SignatureDoesNotMatch")
	var refused *sdkerrors.ServerError
	errors.As(err, &refused)
	equal(t, refused.Recommend(), "InvalidAccessKeySecret: Please check you AccessKeySecret")
}

func TestCoreSDKSessions(t *testing.T) {
	cloud := start(t)
	owner := ramClient(t, cloud, cloud.owner)
	role := ram.CreateCreateRoleRequest()
	role.RoleName, role.AssumeRolePolicyDocument = "reader", trust()
	made, err := owner.CreateRole(role)
	must(t, err)
	user := newUser(t, owner, "dev", policy("Allow", "sts:AssumeRole", made.Role.Arn))

	assume := sts.CreateAssumeRoleRequest()
	assume.RoleArn, assume.RoleSessionName = made.Role.Arn, "session"
	assumed, err := stsClient(t, cloud, user).AssumeRole(assume)
	must(t, err)
	given := assumed.Credentials
	session := key{given.AccessKeyId, given.AccessKeySecret, given.SecurityToken}
	who, err := stsClient(t, cloud, session).GetCallerIdentity(sts.CreateGetCallerIdentityRequest())
	must(t, err)
	equal(t, who.Arn, "acs:ram::"+account+":assumed-role/reader/session")
	_, err = ramClient(t, cloud, session).ListUsers(ram.CreateListUsersRequest())
	fails(t, err, 403, "NoPermission")
}
