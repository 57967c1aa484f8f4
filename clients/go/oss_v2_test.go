package clients

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/credentials"
)

// alibabacloud-oss-go-sdk-v2, with both of its signature versions.

func ossV2Client(cloud cloud, who key, version oss.SignatureVersionType) *oss.Client {
	return oss.NewClient(oss.LoadDefaultConfig().
		WithCredentialsProvider(credentials.NewStaticCredentialsProvider(who.id, who.secret, who.token)).
		WithRegion(region).
		WithEndpoint("http://" + cloud.address).
		WithUsePathStyle(true).
		WithSignatureVersion(version))
}

func TestOSSV2(t *testing.T) {
	for name, version := range map[string]oss.SignatureVersionType{"v1": oss.SignatureVersionV1, "v4": oss.SignatureVersionV4} {
		t.Run(name, func(t *testing.T) {
			cloud := start(t)
			_, err := call(t, cloud, cloud.owner, "v3", "2019-04-22", "OpenOssService", nil)
			must(t, err)
			ctx := context.Background()
			owner := ossV2Client(cloud, cloud.owner, version)
			bucket := oss.Ptr("a-bucket")
			_, err = owner.PutBucket(ctx, &oss.PutBucketRequest{Bucket: bucket})
			must(t, err)
			const at = "a folder/ünï cödé+&?.txt"
			put := &oss.PutObjectRequest{Bucket: bucket, Key: oss.Ptr(at), Body: strings.NewReader("content")}
			_, err = owner.PutObject(ctx, put)
			must(t, err)

			document := policy("Allow", "oss:GetObject", "acs:oss:*:*:a-bucket/*")
			reader := ossV2Client(cloud, newUser(t, ramClient(t, cloud, cloud.owner), "reader", document), version)
			got, err := reader.GetObject(ctx, &oss.GetObjectRequest{Bucket: bucket, Key: oss.Ptr(at)})
			must(t, err)
			content, err := io.ReadAll(got.Body)
			must(t, err)
			equal(t, string(content), "content")
			_, err = reader.DeleteObject(ctx, &oss.DeleteObjectRequest{Bucket: bucket, Key: oss.Ptr(at)})
			var refused *oss.ServiceError
			if !errors.As(err, &refused) {
				t.Fatalf("got %v, want the SDK's error", err)
			}
			equal(t, refused.Code, "AccessDenied")
			equal(t, refused.StatusCode, 403)

			// Presigned, by a plain HTTP client.
			presigned, err := reader.Presign(ctx, &oss.GetObjectRequest{Bucket: bucket, Key: oss.Ptr(at)}, oss.PresignExpires(10*time.Minute))
			must(t, err)
			answer, err := http.Get(presigned.URL)
			must(t, err)
			defer answer.Body.Close()
			equal(t, answer.StatusCode, 200)

			// In parts, by the SDK's own uploader and downloader.
			data := bytes.Repeat([]byte("0123456789abcdef"), 40_000)
			uploader := owner.NewUploader(func(options *oss.UploaderOptions) { options.PartSize = 100 * 1024 })
			_, err = uploader.UploadFrom(ctx, &oss.PutObjectRequest{Bucket: bucket, Key: oss.Ptr("large")}, bytes.NewReader(data))
			must(t, err)
			file := t.TempDir() + "/large"
			_, err = owner.NewDownloader(func(options *oss.DownloaderOptions) { options.PartSize = 128 * 1024 }).
				DownloadFile(ctx, &oss.GetObjectRequest{Bucket: bucket, Key: oss.Ptr("large")}, file)
			must(t, err)

			// Thousands, page by page.
			for n := range 1_050 {
				_, err = owner.PutObject(ctx, &oss.PutObjectRequest{Bucket: bucket, Key: oss.Ptr(fmt.Sprintf("many/%04d", n))})
				must(t, err)
			}
			found := 0
			pages := owner.NewListObjectsV2Paginator(&oss.ListObjectsV2Request{Bucket: bucket, Prefix: oss.Ptr("many/"), MaxKeys: 400})
			for pages.HasNext() {
				page, err := pages.NextPage(ctx)
				must(t, err)
				found += len(page.Contents)
			}
			equal(t, found, 1_050)
		})
	}
}
