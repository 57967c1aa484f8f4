// Package example tests who may do what with a bucket, with the SDK of OSS.
package example

import (
	"errors"
	"strings"
	"testing"

	acslab "acslab/helpers/go"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/credentials"
)

const uploads = `{
	"Version": "1",
	"Statement": [{"Effect": "Allow", "Action": "oss:PutObject", "Resource": "acs:oss:*:*:photos-*/incoming/*"}]
}`

func client(who *acslab.Identity) *oss.Client {
	keys := credentials.NewStaticCredentialsProvider(who.AccessKeyID, who.AccessKeySecret)
	return oss.NewClient(oss.LoadDefaultConfig().WithRegion(who.Region).WithEndpoint(who.Endpoint).
		WithUsePathStyle(true).WithCredentialsProvider(keys))
}

func TestAnUploaderWritesToItsFolderAndNowhereElse(t *testing.T) {
	account := acslab.New(t, acslab.Open("oss"))
	uploader := client(account.User("uploader", uploads))
	// Names of buckets are one for all accounts, so each has that of its account.
	bucket := oss.Ptr("photos-" + account.AccountID)
	if _, err := client(&account.Identity).PutBucket(t.Context(), &oss.PutBucketRequest{Bucket: bucket}); err != nil {
		t.Fatal(err)
	}
	put := func(key string) error {
		_, err := uploader.PutObject(t.Context(), &oss.PutObjectRequest{Bucket: bucket, Key: &key, Body: strings.NewReader("a cat")})
		return err
	}
	if err := put("incoming/cat.jpg"); err != nil {
		t.Error(err)
	}
	var refused *oss.ServiceError
	if err := put("published/cat.jpg"); !errors.As(err, &refused) || refused.Code != "AccessDenied" {
		t.Errorf("it was not refused: %v", err)
	}
}
