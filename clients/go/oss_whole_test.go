package clients

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"testing"

	v2 "github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
	v1 "github.com/aliyun/aliyun-oss-go-sdk/oss"
)

// Both OSS SDKs: large and growing objects, versions, what is said of objects, sessions, another account, and days that go by.

const part = 100 * 1024

// openedWithPartner is a cloud of two accounts whose OSS is open, and a session of the first that may read the objects of its bucket.
func openedWithPartner(t *testing.T) (cloud, key) {
	t.Helper()
	cloud := startWithPartner(t)
	for _, owner := range []key{cloud.owner, cloud.partner} {
		_, err := call(t, cloud, owner, "v3", "2019-04-22", "OpenOssService", nil)
		must(t, err)
	}
	ramCall := func(action string, query map[string]string) {
		_, err := call(t, cloud, cloud.owner, "v3", "2015-05-01", action, query)
		must(t, err)
	}
	ramCall("CreateRole", map[string]string{"RoleName": "reader", "AssumeRolePolicyDocument": trust()})
	document := policy("Allow", "oss:GetObject", "acs:oss:*:*:a-bucket/*")
	ramCall("CreatePolicy", map[string]string{"PolicyName": "reads", "PolicyDocument": document})
	ramCall("AttachPolicyToRole", map[string]string{"RoleName": "reader", "PolicyType": "Custom", "PolicyName": "reads"})
	user := newUser(t, ramClient(t, cloud, cloud.owner), "assumer", policy("Allow", "sts:AssumeRole", "*"))
	assumed, err := call(t, cloud, user, "v3", "2015-04-01", "AssumeRole", map[string]string{
		"RoleArn": "acs:ram::" + account + ":role/reader", "RoleSessionName": "session",
	})
	must(t, err)
	got := assumed["Credentials"].(map[string]any)
	return cloud, key{got["AccessKeyId"].(string), got["AccessKeySecret"].(string), got["SecurityToken"].(string)}
}

// readable is a bucket policy by which the partner may read.
func readable() string {
	return policies(map[string]any{
		"Effect": "Allow", "Action": []string{"oss:GetObject"}, "Principal": []string{partnerAccount},
		"Resource": []string{"acs:oss:*:" + account + ":a-bucket/*"},
	})
}

// A failing body ends early.
type failing struct{ rest int }

var errBroken = errors.New("broken off")

func (body *failing) Read(into []byte) (int, error) {
	if body.rest == 0 {
		return 0, errBroken
	}
	some := min(len(into), body.rest)
	body.rest -= some
	return some, nil
}

func TestOSSV2InFull(t *testing.T) {
	cloud, session := openedWithPartner(t)
	ctx := context.Background()
	owner := ossV2Client(cloud, cloud.owner, v2.SignatureVersionV4)
	bucket := v2.Ptr("a-bucket")
	_, err := owner.PutBucket(ctx, &v2.PutBucketRequest{Bucket: bucket})
	must(t, err)
	read := func(client *v2.Client, at string) (string, error) {
		got, err := client.GetObject(ctx, &v2.GetObjectRequest{Bucket: bucket, Key: v2.Ptr(at)})
		if err != nil {
			return "", err
		}
		content, err := io.ReadAll(got.Body)
		return string(content), err
	}
	denied := func(err error) {
		t.Helper()
		var refused *v2.ServiceError
		if !errors.As(err, &refused) || refused.Code != "AccessDenied" {
			t.Fatalf("got %v, want AccessDenied", err)
		}
	}

	// An upload that goes on: what was sent before the file was cut off is not sent again.
	folder := t.TempDir()
	data := bytes.Repeat([]byte("0123456789abcdef"), 40_000)
	file := folder + "/file"
	must(t, os.WriteFile(file, data, 0o600))
	resume := func(options *v2.UploaderOptions) {
		options.PartSize, options.ParallelNum = part, 1
		options.EnableCheckpoint, options.CheckpointDir, options.LeavePartsOnError = true, folder, true
	}
	large := &v2.PutObjectRequest{Bucket: bucket, Key: v2.Ptr("large")}
	broken, cancel := context.WithCancel(ctx)
	sent := 0
	cut := *large
	cut.ProgressFn = func(_, transferred, _ int64) {
		if sent++; transferred >= 2*part {
			cancel()
		}
	}
	if _, err = owner.NewUploader(resume).UploadFile(broken, &cut, file); err == nil {
		t.Fatal("it was broken off")
	}
	_, err = owner.NewUploader(resume).UploadFile(ctx, large, file)
	must(t, err)
	content, err := read(owner, "large")
	must(t, err)
	equal(t, content, string(data))

	appended, err := owner.AppendObject(ctx, &v2.AppendObjectRequest{
		Bucket: bucket, Key: v2.Ptr("log"), Position: v2.Ptr(int64(0)), Body: bytes.NewReader([]byte("one")),
	})
	must(t, err)
	_, err = owner.AppendObject(ctx, &v2.AppendObjectRequest{
		Bucket: bucket, Key: v2.Ptr("log"), Position: v2.Ptr(appended.NextPosition), Body: bytes.NewReader([]byte("two")),
	})
	must(t, err)
	content, err = read(owner, "log")
	must(t, err)
	equal(t, content, "onetwo")

	tags := &v2.Tagging{TagSet: &v2.TagSet{Tags: []v2.Tag{{Key: v2.Ptr("a"), Value: v2.Ptr("1 + 2")}}}}
	_, err = owner.PutObjectTagging(ctx, &v2.PutObjectTaggingRequest{Bucket: bucket, Key: v2.Ptr("log"), Tagging: tags})
	must(t, err)
	tagged, err := owner.GetObjectTagging(ctx, &v2.GetObjectTaggingRequest{Bucket: bucket, Key: v2.Ptr("log")})
	must(t, err)
	equal(t, v2.ToString(tagged.Tags[0].Value), "1 + 2")
	_, err = owner.PutObjectAcl(ctx, &v2.PutObjectAclRequest{Bucket: bucket, Key: v2.Ptr("log"), Acl: v2.ObjectACLPrivate})
	must(t, err)
	acl, err := owner.GetObjectAcl(ctx, &v2.GetObjectAclRequest{Bucket: bucket, Key: v2.Ptr("log")})
	must(t, err)
	equal(t, v2.ToString(acl.ACL), "private")

	assumed := ossV2Client(cloud, session, v2.SignatureVersionV4)
	content, err = read(assumed, "log")
	must(t, err)
	equal(t, content, "onetwo")
	_, err = assumed.DeleteObject(ctx, &v2.DeleteObjectRequest{Bucket: bucket, Key: v2.Ptr("log")})
	denied(err)

	partner := ossV2Client(cloud, cloud.partner, v2.SignatureVersionV4)
	_, err = read(partner, "log")
	denied(err)
	_, err = owner.PutBucketPolicy(ctx, &v2.PutBucketPolicyRequest{Bucket: bucket, Body: bytes.NewReader([]byte(readable()))})
	must(t, err)
	content, err = read(partner, "log")
	must(t, err)
	equal(t, content, "onetwo")

	rule := v2.LifecycleRule{
		ID: v2.Ptr("r"), Prefix: v2.Ptr("large"), Status: v2.Ptr("Enabled"), Expiration: &v2.LifecycleRuleExpiration{Days: v2.Ptr(int32(1))},
	}
	_, err = owner.PutBucketLifecycle(ctx, &v2.PutBucketLifecycleRequest{
		Bucket: bucket, LifecycleConfiguration: &v2.LifecycleConfiguration{Rules: []v2.LifecycleRule{rule}},
	})
	must(t, err)
	cloud.advance(t, 3*86_400)
	there, err := owner.IsObjectExist(ctx, "a-bucket", "large")
	must(t, err)
	equal(t, there, false)

	_, err = owner.PutBucketVersioning(ctx, &v2.PutBucketVersioningRequest{
		Bucket: bucket, VersioningConfiguration: &v2.VersioningConfiguration{Status: v2.VersionEnabled},
	})
	must(t, err)
	first, err := owner.PutObject(ctx, &v2.PutObjectRequest{Bucket: bucket, Key: v2.Ptr("k"), Body: bytes.NewReader([]byte("one"))})
	must(t, err)
	_, err = owner.PutObject(ctx, &v2.PutObjectRequest{Bucket: bucket, Key: v2.Ptr("k"), Body: bytes.NewReader([]byte("two"))})
	must(t, err)
	old, err := owner.GetObject(ctx, &v2.GetObjectRequest{Bucket: bucket, Key: v2.Ptr("k"), VersionId: first.VersionId})
	must(t, err)
	before, err := io.ReadAll(old.Body)
	must(t, err)
	equal(t, string(before), "one")
}

func TestOSSV1InFull(t *testing.T) {
	for name, signature := range map[string]v1.AuthVersionType{"v1": v1.AuthV1, "v2": v1.AuthV2, "v4": v1.AuthV4} {
		t.Run(name, func(t *testing.T) {
			cloud, session := openedWithPartner(t)
			owner := ossClient(t, cloud, cloud.owner, signature)
			must(t, owner.CreateBucket("a-bucket"))
			bucketOf := func(who key) *v1.Bucket {
				bucket, err := ossClient(t, cloud, who, signature).Bucket("a-bucket")
				must(t, err)
				return bucket
			}
			read := func(bucket *v1.Bucket, at string, options ...v1.Option) (string, error) {
				body, err := bucket.GetObject(at, options...)
				if err != nil {
					return "", err
				}
				defer body.Close()
				content, err := io.ReadAll(body)
				return string(content), err
			}
			denied := func(err error) {
				t.Helper()
				var refused v1.ServiceError
				if !errors.As(err, &refused) || refused.Code != "AccessDenied" {
					t.Fatalf("got %v, want AccessDenied", err)
				}
			}
			bucket := bucketOf(cloud.owner)

			folder := t.TempDir()
			data := bytes.Repeat([]byte("0123456789abcdef"), 40_000)
			file := folder + "/file"
			must(t, os.WriteFile(file, data, 0o600))
			checkpoint := v1.Checkpoint(true, folder+"/checkpoint")
			// The first part is sent, and nothing behind it.
			begun, err := bucket.InitiateMultipartUpload("begun")
			must(t, err)
			if _, err = bucket.UploadPart(begun, &failing{part / 2}, part, 1); err == nil {
				t.Fatal("it was broken off")
			}
			sent, err := bucket.UploadPart(begun, bytes.NewReader(data), int64(len(data)), 1)
			must(t, err)
			_, err = bucket.CompleteMultipartUpload(begun, []v1.UploadPart{sent})
			must(t, err)
			must(t, bucket.UploadFile("large", file, part, v1.Routines(2), checkpoint))
			must(t, bucket.DownloadFile("large", folder+"/back", part, v1.Routines(2), checkpoint))
			back, err := os.ReadFile(folder + "/back")
			must(t, err)
			equal(t, string(back), string(data))

			next, err := bucket.AppendObject("log", bytes.NewReader([]byte("one")), 0)
			must(t, err)
			_, err = bucket.AppendObject("log", bytes.NewReader([]byte("two")), next)
			must(t, err)
			content, err := read(bucket, "log")
			must(t, err)
			equal(t, content, "onetwo")

			must(t, bucket.PutObjectTagging("log", v1.Tagging{Tags: []v1.Tag{{Key: "a", Value: "1 + 2"}}}))
			tagged, err := bucket.GetObjectTagging("log")
			must(t, err)
			equal(t, tagged.Tags[0].Value, "1 + 2")
			must(t, bucket.SetObjectACL("log", v1.ACLPrivate))
			acl, err := bucket.GetObjectACL("log")
			must(t, err)
			equal(t, acl.ACL, "private")

			if signature != v1.AuthV2 {
				url, err := bucket.SignURL("log", v1.HTTPGet, 60)
				must(t, err)
				answer, err := http.Get(url)
				must(t, err)
				defer answer.Body.Close()
				equal(t, answer.StatusCode, 200)
			}

			assumed := bucketOf(session)
			content, err = read(assumed, "log")
			must(t, err)
			equal(t, content, "onetwo")
			denied(assumed.DeleteObject("log"))

			partner := bucketOf(cloud.partner)
			_, err = read(partner, "log")
			denied(err)
			must(t, owner.SetBucketPolicy("a-bucket", readable()))
			content, err = read(partner, "log")
			must(t, err)
			equal(t, content, "onetwo")

			for n := range 1_050 {
				must(t, bucket.PutObject(fmt.Sprintf("many/%04d", n), bytes.NewReader(nil)))
			}
			found, token := 0, ""
			for {
				page, err := bucket.ListObjectsV2(v1.Prefix("many/"), v1.MaxKeys(400), v1.ContinuationToken(token))
				must(t, err)
				found += len(page.Objects)
				if token = page.NextContinuationToken; !page.IsTruncated {
					break
				}
			}
			equal(t, found, 1_050)

			must(t, owner.SetBucketLifecycle("a-bucket", []v1.LifecycleRule{v1.BuildLifecycleRuleByDays("r", "many/", true, 1)}))
			cloud.advance(t, 3*86_400)
			there, err := bucket.IsObjectExist("many/0000")
			must(t, err)
			equal(t, there, false)

			must(t, owner.SetBucketVersioning("a-bucket", v1.VersioningConfig{Status: string(v1.VersionEnabled)}))
			var headers http.Header
			must(t, bucket.PutObject("k", bytes.NewReader([]byte("one")), v1.GetResponseHeader(&headers)))
			must(t, bucket.PutObject("k", bytes.NewReader([]byte("two"))))
			content, err = read(bucket, "k", v1.VersionId(v1.GetVersionId(headers)))
			must(t, err)
			equal(t, content, "one")
		})
	}
}
