package clients;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Random;

import com.aliyun.oss.ClientBuilderConfiguration;
import com.aliyun.oss.OSS;
import com.aliyun.oss.OSSClientBuilder;
import com.aliyun.oss.OSSException;
import com.aliyun.oss.common.auth.DefaultCredentialProvider;
import com.aliyun.oss.common.comm.SignVersion;
import com.aliyun.oss.model.AppendObjectRequest;
import com.aliyun.oss.model.BucketVersioningConfiguration;
import com.aliyun.oss.model.CannedAccessControlList;
import com.aliyun.oss.model.CompleteMultipartUploadRequest;
import com.aliyun.oss.model.DeleteObjectsRequest;
import com.aliyun.oss.model.DownloadFileRequest;
import com.aliyun.oss.model.GetObjectRequest;
import com.aliyun.oss.model.InitiateMultipartUploadRequest;
import com.aliyun.oss.model.LifecycleRule;
import com.aliyun.oss.model.ListObjectsV2Request;
import com.aliyun.oss.model.ListVersionsRequest;
import com.aliyun.oss.model.ObjectMetadata;
import com.aliyun.oss.model.PartETag;
import com.aliyun.oss.model.SetBucketLifecycleRequest;
import com.aliyun.oss.model.SetBucketVersioningRequest;
import com.aliyun.oss.model.TagSet;
import com.aliyun.oss.model.UploadFileRequest;
import com.aliyun.oss.model.UploadPartRequest;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** aliyun-sdk-oss, with both of its signature versions. */
class OssTest {
    private static final String BUCKET = "a-bucket";

    private static OSS client(Cloud cloud, Cloud.Key as, SignVersion version) {
        var configuration = new ClientBuilderConfiguration();
        configuration.setSignatureVersion(version);
        return OSSClientBuilder.create()
            .endpoint("http://" + cloud.address)
            .region(Cloud.REGION)
            .credentialsProvider(new DefaultCredentialProvider(as.id(), as.secret(), as.token()))
            .clientConfiguration(configuration)
            .build();
    }

    private static byte[] read(OSS client, String key) throws Exception {
        try (var object = client.getObject(BUCKET, key)) {
            return object.getObjectContent().readAllBytes();
        }
    }

    private static ByteArrayInputStream content(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void refused(String code, org.junit.jupiter.api.function.Executable call) {
        assertEquals(code, assertThrows(OSSException.class, call).getErrorCode());
    }

    @ParameterizedTest
    @EnumSource(names = {"V1", "V4"})
    void objects(SignVersion version) throws Exception {
        try (Cloud cloud = Cloud.start()) {
            OSS owner = client(cloud, cloud.owner, version);
            owner.createBucket(BUCKET);
            assertTrue(owner.doesBucketExist(BUCKET));
            var metadata = new ObjectMetadata();
            metadata.setContentType("text/plain");
            metadata.addUserMetadata("who", "me");
            String key = "a folder/ünï cödé+&?.txt";
            owner.putObject(BUCKET, key, content("content"), metadata);
            assertEquals("content", new String(read(owner, key), StandardCharsets.UTF_8));
            assertEquals("me", owner.getObjectMetadata(BUCKET, key).getUserMetadata().get("who"));
            try (var part = owner.getObject(new GetObjectRequest(BUCKET, key).withRange(3, 5))) {
                assertEquals("ten", new String(part.getObjectContent().readAllBytes(), StandardCharsets.UTF_8));
            }
            owner.copyObject(BUCKET, key, BUCKET, "copy");
            owner.setObjectTagging(BUCKET, "copy", new TagSet(Map.of("team", "red")));
            assertEquals("red", owner.getObjectTagging(BUCKET, "copy").getTag("team"));
            owner.setObjectAcl(BUCKET, "copy", CannedAccessControlList.Private);
            refused("NoSuchKey", () -> owner.getObject(BUCKET, "nothing"));

            // Thousands, page by page.
            for (int n = 0; n < 1_234; n++) {
                owner.putObject(BUCKET, "many/%04d".formatted(n), content(""));
            }
            List<String> keys = new ArrayList<>();
            var request = new ListObjectsV2Request(BUCKET).withPrefix("many/").withMaxKeys(500);
            for (boolean more = true; more; ) {
                var page = owner.listObjectsV2(request);
                page.getObjectSummaries().forEach(object -> keys.add(object.getKey()));
                request.setContinuationToken(page.getNextContinuationToken());
                more = page.isTruncated();
            }
            assertEquals(1_234, keys.size());
            assertEquals("many/1233", keys.get(1_233));
            var deleted = owner.deleteObjects(new DeleteObjectsRequest(BUCKET).withKeys(keys.subList(0, 1_000)));
            assertEquals(1_000, deleted.getDeletedObjects().size());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V1", "V4"})
    void multipartWithResume(SignVersion version, @TempDir Path folder) throws Throwable {
        try (Cloud cloud = Cloud.start()) {
            OSS owner = client(cloud, cloud.owner, version);
            owner.createBucket(BUCKET);
            byte[] bytes = new byte[700 * 1024];
            new Random(1).nextBytes(bytes);
            Path file = Files.write(folder.resolve("file"), bytes);
            var upload = new UploadFileRequest(BUCKET, "file");
            upload.setUploadFile(file.toString());
            upload.setPartSize(100 * 1024);
            upload.setEnableCheckpoint(true);
            owner.uploadFile(upload);
            assertArrayEquals(bytes, read(owner, "file"));
            var download = new DownloadFileRequest(BUCKET, "file");
            download.setDownloadFile(folder.resolve("back").toString());
            download.setPartSize(128 * 1024);
            download.setEnableCheckpoint(true);
            owner.downloadFile(download);
            assertArrayEquals(bytes, Files.readAllBytes(folder.resolve("back")));

            String id = owner.initiateMultipartUpload(new InitiateMultipartUploadRequest(BUCKET, "parts")).getUploadId();
            List<PartETag> parts = new ArrayList<>();
            for (int number = 1; number <= 2; number++) {
                var part = new UploadPartRequest(BUCKET, "parts", id, number, new ByteArrayInputStream(bytes, 0, 102_400), 102_400);
                parts.add(owner.uploadPart(part).getPartETag());
            }
            owner.completeMultipartUpload(new CompleteMultipartUploadRequest(BUCKET, "parts", id, parts));
            assertEquals(204_800, owner.getObjectMetadata(BUCKET, "parts").getContentLength());
            refused("NoSuchUpload", () -> owner.completeMultipartUpload(
                new CompleteMultipartUploadRequest(BUCKET, "parts", id, parts)));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V1", "V4"})
    void whoMay(SignVersion version) throws Exception {
        try (Cloud cloud = Cloud.start()) {
            OSS owner = client(cloud, cloud.owner, version);
            owner.createBucket(BUCKET);
            owner.putObject(BUCKET, "key", content("content"));
            Cloud.Key user = cloud.user("reader", Cloud.allow("oss:GetObject", "acs:oss:*:*:a-bucket/*"));
            OSS reader = client(cloud, user, version);
            assertEquals("content", new String(read(reader, "key"), StandardCharsets.UTF_8));
            refused("AccessDenied", () -> reader.putObject(BUCKET, "key", content("changed")));
            refused("AccessDenied", () -> reader.deleteObject(BUCKET, "key"));

            String trust = "{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\","
                + "\"Principal\":{\"RAM\":[\"acs:ram::" + cloud.accounts.get("company").id() + ":root\"]}}]}";
            var role = cloud.ram("CreateRole", Map.of("RoleName", "reading", "AssumeRolePolicyDocument", trust));
            cloud.ram("AttachPolicyToRole", Map.of("PolicyType", "Custom", "PolicyName", "reader", "RoleName", "reading"));
            Cloud.Key assuming = cloud.user("assuming", Cloud.allow("sts:AssumeRole", "*"));
            var session = cloud.call(assuming, "2015-04-01", "AssumeRole", Map.of(
                "RoleArn", role.getAsJsonObject("Role").get("Arn").getAsString(), "RoleSessionName", "session"))
                .getAsJsonObject("Credentials");
            OSS assumed = client(cloud, new Cloud.Key(session.get("AccessKeyId").getAsString(),
                session.get("AccessKeySecret").getAsString(), session.get("SecurityToken").getAsString()), version);
            assertEquals("content", new String(read(assumed, "key"), StandardCharsets.UTF_8));
            refused("AccessDenied", () -> assumed.deleteObject(BUCKET, "key"));

            // A presigned URL, by a plain HTTP client: as good as who made it, and no longer than it says.
            var soon = new Date(System.currentTimeMillis() + 600_000);
            var http = HttpClient.newHttpClient();
            var answer = http.send(HttpRequest.newBuilder(reader.generatePresignedUrl(BUCKET, "key", soon).toURI()).build(),
                HttpResponse.BodyHandlers.ofString());
            assertEquals("200 content", answer.statusCode() + " " + answer.body());
            var late = HttpRequest.newBuilder(reader.generatePresignedUrl(BUCKET, "key", soon).toURI()).build();
            cloud.advance(3_600);
            assertEquals(403, http.send(late, HttpResponse.BodyHandlers.ofString()).statusCode());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V1", "V4"})
    void append(SignVersion version) throws Exception {
        try (Cloud cloud = Cloud.start()) {
            OSS owner = client(cloud, cloud.owner, version);
            owner.createBucket(BUCKET);
            long position = 0;
            for (String line : List.of("one\n", "two\n")) {
                var request = new AppendObjectRequest(BUCKET, "log", content(line)).withPosition(position);
                position = owner.appendObject(request).getNextPosition();
            }
            assertEquals("one\ntwo\n", new String(read(owner, "log"), StandardCharsets.UTF_8));
            refused("PositionNotEqualToLength",
                () -> owner.appendObject(new AppendObjectRequest(BUCKET, "log", content("x")).withPosition(1L)));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V1", "V4"})
    void versions(SignVersion version) throws Exception {
        try (Cloud cloud = Cloud.start()) {
            OSS owner = client(cloud, cloud.owner, version);
            owner.createBucket(BUCKET);
            owner.setBucketVersioning(new SetBucketVersioningRequest(BUCKET,
                new BucketVersioningConfiguration().withStatus(BucketVersioningConfiguration.ENABLED)));
            String first = owner.putObject(BUCKET, "key", content("one")).getVersionId();
            owner.putObject(BUCKET, "key", content("two"));
            owner.deleteObject(BUCKET, "key");
            refused("NoSuchKey", () -> owner.getObject(BUCKET, "key"));
            try (var old = owner.getObject(new GetObjectRequest(BUCKET, "key", first))) {
                assertEquals("one", new String(old.getObjectContent().readAllBytes(), StandardCharsets.UTF_8));
            }
            var versions = owner.listVersions(new ListVersionsRequest().withBucketName(BUCKET)).getVersionSummaries();
            // The SDK gives markers behind all versions, wherever they stand in the answer.
            assertEquals(List.of(false, false, true), versions.stream().map(one -> one.isDeleteMarker()).toList());
            assertTrue(versions.get(2).isLatest());
            owner.deleteVersion(BUCKET, "key", versions.get(2).getVersionId());
            assertEquals("two", new String(read(owner, "key"), StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V1", "V4"})
    void lifecycleByTheClock(SignVersion version) throws Exception {
        try (Cloud cloud = Cloud.start()) {
            OSS owner = client(cloud, cloud.owner, version);
            owner.createBucket(BUCKET);
            owner.putObject(BUCKET, "tmp/key", content("x"));
            owner.putObject(BUCKET, "kept", content("x"));
            var request = new SetBucketLifecycleRequest(BUCKET);
            request.AddLifecycleRule(new LifecycleRule("tidy", "tmp/", LifecycleRule.RuleStatus.Enabled, 3));
            owner.setBucketLifecycle(request);
            assertTrue(owner.doesObjectExist(BUCKET, "tmp/key"));
            cloud.advance(5 * 86_400);
            assertFalse(owner.doesObjectExist(BUCKET, "tmp/key"));
            assertTrue(owner.doesObjectExist(BUCKET, "kept"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V1", "V4"})
    void policyForAnotherAccount(SignVersion version) throws Exception {
        String other = "2234567890123456";
        try (Cloud cloud = Cloud.start("partner=" + other)) {
            OSS owner = client(cloud, cloud.owner, version);
            owner.createBucket(BUCKET);
            owner.putObject(BUCKET, "key", content("content"));
            OSS guest = client(cloud, cloud.accounts.get("partner").owner(), version);
            refused("AccessDenied", () -> guest.getObject(BUCKET, "key"));
            owner.setBucketPolicy(BUCKET, "{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[\"oss:GetObject\"],"
                + "\"Principal\":[\"" + other + "\"],\"Resource\":[\"acs:oss:*:1234567890123456:a-bucket/*\"]}]}");
            assertEquals("content", new String(read(guest, "key"), StandardCharsets.UTF_8));
            refused("AccessDenied", () -> guest.deleteObject(BUCKET, "key"));
        }
    }
}
