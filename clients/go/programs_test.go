package clients

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/go-kit/log"
	"github.com/thanos-io/objstore"
	thanos "github.com/thanos-io/objstore/providers/oss"
)

// Programs that keep their data in OSS.

// The object store of Thanos, Cortex and others. Its acceptance test for all providers is not taken: it asks for a range without an
// end, of which this provider sends nothing.
func TestThanos(t *testing.T) {
	cloud := start(t)
	_, err := call(t, cloud, cloud.owner, "v3", "2019-04-22", "OpenOssService", nil)
	must(t, err)
	owner := ossClient(t, cloud, cloud.owner, "v1")
	must(t, owner.CreateBucket("thanos"))
	document := policies(
		statement("Allow", "oss:ListObjects", "acs:oss:*:*:thanos"),
		statement("Allow", []string{"oss:GetObject", "oss:PutObject", "oss:DeleteObject"}, "acs:oss:*:*:thanos/*"))
	user := newUser(t, ramClient(t, cloud, cloud.owner), "thanos", document)
	bucket, err := thanos.NewBucketWithConfig(log.NewNopLogger(), thanos.Config{
		Endpoint:        "http://" + cloud.address,
		Bucket:          "thanos",
		AccessKeyID:     user.id,
		AccessKeySecret: user.secret,
	}, "test", nil)
	must(t, err)
	ctx := context.Background()

	_, err = bucket.Get(ctx, "blocks/1/meta.json")
	equal(t, bucket.IsObjNotFoundErr(err), true)
	exists, err := bucket.Exists(ctx, "blocks/1/meta.json")
	must(t, err)
	equal(t, exists, false)
	for n := range 1_100 {
		must(t, bucket.Upload(ctx, fmt.Sprintf("blocks/%d/meta.json", n), strings.NewReader("0123456789")))
	}
	read := func(reader io.ReadCloser, err error) string {
		must(t, err)
		defer reader.Close()
		content, err := io.ReadAll(reader)
		must(t, err)
		return string(content)
	}
	equal(t, read(bucket.Get(ctx, "blocks/1/meta.json")), "0123456789")
	equal(t, read(bucket.GetRange(ctx, "blocks/1/meta.json", 1, 3)), "123")
	attributes, err := bucket.Attributes(ctx, "blocks/1/meta.json")
	must(t, err)
	equal(t, attributes.Size, 10)
	folders := 0
	must(t, bucket.Iter(ctx, "blocks/", func(string) error { folders++; return nil }))
	equal(t, folders, 1_100)
	files := 0
	must(t, bucket.Iter(ctx, "", func(string) error { files++; return nil }, objstore.WithRecursiveIter()))
	equal(t, files, 1_100)
	must(t, bucket.Delete(ctx, "blocks/1/meta.json"))
	exists, err = bucket.Exists(ctx, "blocks/1/meta.json")
	must(t, err)
	equal(t, exists, false)

	// What its policy does not give is refused, and is told apart from what is not there.
	must(t, owner.CreateBucket("of-others"))
	elsewhere, err := thanos.NewBucketWithConfig(log.NewNopLogger(), thanos.Config{
		Endpoint:        "http://" + cloud.address,
		Bucket:          "of-others",
		AccessKeyID:     user.id,
		AccessKeySecret: user.secret,
	}, "test", nil)
	must(t, err)
	err = elsewhere.Upload(ctx, "key", strings.NewReader("x"))
	if err == nil {
		t.Fatal("written without permission")
	}
	equal(t, elsewhere.IsAccessDeniedErr(err), true)
	equal(t, elsewhere.IsObjNotFoundErr(err), false)
}
