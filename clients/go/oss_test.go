package clients

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/aliyun/aliyun-oss-go-sdk/oss"
)

// aliyun-oss-go-sdk, with both of its signature versions.

func ossClient(t *testing.T, cloud cloud, who key, signature oss.AuthVersionType) *oss.Client {
	t.Helper()
	options := []oss.ClientOption{oss.AuthVersion(signature), oss.Region(region)}
	if who.token != "" {
		options = append(options, oss.SecurityToken(who.token))
	}
	client, err := oss.New("http://"+cloud.address, who.id, who.secret, options...)
	must(t, err)
	return client
}

func TestOSS(t *testing.T) {
	for name, signature := range map[string]oss.AuthVersionType{"v1": oss.AuthV1, "v4": oss.AuthV4} {
		t.Run(name, func(t *testing.T) {
			cloud := start(t)
			_, err := call(t, cloud, cloud.owner, "v3", "2019-04-22", "OpenOssService", nil)
			must(t, err)
			owner := ossClient(t, cloud, cloud.owner, signature)
			must(t, owner.CreateBucket("a-bucket"))
			bucket, err := owner.Bucket("a-bucket")
			must(t, err)
			const at = "a folder/ünï cödé+&?.txt"
			must(t, bucket.PutObject(at, bytes.NewReader([]byte("content"))))

			document := policy("Allow", "oss:GetObject", "acs:oss:*:*:a-bucket/*")
			user := newUser(t, ramClient(t, cloud, cloud.owner), "reader", document)
			reader, err := ossClient(t, cloud, user, signature).Bucket("a-bucket")
			must(t, err)
			body, err := reader.GetObject(at)
			must(t, err)
			content, err := io.ReadAll(body)
			must(t, err)
			equal(t, string(content), "content")

			err = reader.DeleteObject(at)
			var refused oss.ServiceError
			if !errors.As(err, &refused) {
				t.Fatalf("got %v, want the SDK's error", err)
			}
			equal(t, refused.Code, "AccessDenied")
			equal(t, refused.StatusCode, 403)
			there, err := bucket.IsObjectExist(at)
			must(t, err)
			equal(t, there, true)
		})
	}
}
