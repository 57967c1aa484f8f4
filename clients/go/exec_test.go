package clients

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/credentials"
	ossv1 "github.com/aliyun/aliyun-oss-go-sdk/oss"
)

// Both SDKs of OSS with the cloud's own https endpoints, which take no proxy from the environment.

// inside tells that this test is the program that `acslab exec` runs.
const inside = "ACSLAB_CLIENTS_INSIDE"

func TestExec(t *testing.T) {
	for name, uses := range map[string]func(*testing.T){"v2": usesOSSV2, "v1": usesOSSV1} {
		t.Run(name, func(t *testing.T) {
			if os.Getenv(inside) != "" {
				uses(t)
				return
			}
			program := os.Getenv("ACSLAB")
			if program == "" {
				program = filepath.Join("..", "..", "target", "debug", "acslab")
			}
			led := func(options ...string) (string, error) {
				arguments := append([]string{"exec", "--open", "oss", "--suggest"}, options...)
				arguments = append(arguments, "--", os.Args[0], "-test.run=^TestExec$/^"+name+"$", "-test.v")
				run := exec.Command(program, arguments...)
				run.Env = append(os.Environ(), inside+"=yes")
				output, err := run.CombinedOutput()
				return string(output), err
			}
			told, err := led()
			if strings.Contains(told, "acslab: not isolated") {
				// Where there are no networks of one's own, that has been told, and nothing is run where it must be in one.
				told, err = led("--isolate")
				if err == nil || !strings.Contains(told, "cannot have a network of its own") {
					t.Fatal(told)
				}
				return
			}
			if err != nil {
				t.Fatal(told)
			}
			for _, expected := range []string{"oss:GetObject", "refused: 1 host", "no-cloud.example.com:443"} {
				if !strings.Contains(told, expected) {
					t.Fatalf("no %s in %s", expected, told)
				}
			}
		})
	}
}

func usesOSSV2(t *testing.T) {
	ctx := context.Background()
	config := func() *oss.Config {
		return oss.LoadDefaultConfig().WithCredentialsProvider(credentials.NewEnvironmentVariableCredentialsProvider()).WithRegion(region)
	}
	client := oss.NewClient(config())
	bucket, key := oss.Ptr("a-bucket"), oss.Ptr("hello.txt")
	_, err := client.PutBucket(ctx, &oss.PutBucketRequest{Bucket: bucket})
	must(t, err)
	_, err = client.PutObject(ctx, &oss.PutObjectRequest{Bucket: bucket, Key: key, Body: strings.NewReader("hello")})
	must(t, err)
	got, err := client.GetObject(ctx, &oss.GetObjectRequest{Bucket: bucket, Key: key})
	must(t, err)
	content, err := io.ReadAll(got.Body)
	must(t, err)
	equal(t, string(content), "hello")
	elsewhere := oss.NewClient(config().WithEndpoint("https://no-cloud.example.com").WithUseCName(true).WithRetryMaxAttempts(1))
	if _, err := elsewhere.GetObject(ctx, &oss.GetObjectRequest{Bucket: bucket, Key: key}); err == nil {
		t.Fatal("it left")
	}
}

func usesOSSV1(t *testing.T) {
	provider, err := ossv1.NewEnvironmentVariableCredentialsProvider()
	must(t, err)
	options := []ossv1.ClientOption{ossv1.SetCredentialsProvider(&provider), ossv1.Region(region), ossv1.AuthVersion(ossv1.AuthV4)}
	client, err := ossv1.New("https://oss-cn-hangzhou.aliyuncs.com", "", "", options...)
	must(t, err)
	must(t, client.CreateBucket("a-bucket"))
	bucket, err := client.Bucket("a-bucket")
	must(t, err)
	must(t, bucket.PutObject("hello.txt", strings.NewReader("hello")))
	got, err := bucket.GetObject("hello.txt")
	must(t, err)
	content, err := io.ReadAll(got)
	must(t, err)
	equal(t, string(content), "hello")
	elsewhere, err := ossv1.New("https://no-cloud.example.com", "", "", append(options, ossv1.UseCname(true))...)
	must(t, err)
	if _, err := elsewhere.GetBucketInfo("a-bucket"); err == nil {
		t.Fatal("it left")
	}
}
