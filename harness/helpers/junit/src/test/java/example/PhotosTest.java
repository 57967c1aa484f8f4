package example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import acslab.Account;
import acslab.Acslab;
import acslab.Identity;
import acslab.Open;
import com.aliyun.oss.ClientBuilderConfiguration;
import com.aliyun.oss.OSS;
import com.aliyun.oss.OSSClientBuilder;
import com.aliyun.oss.OSSException;
import com.aliyun.oss.common.auth.DefaultCredentialProvider;
import com.aliyun.oss.common.comm.SignVersion;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who may do what with a bucket, with the SDK of OSS. */
@ExtendWith(Acslab.class)
class PhotosTest {
  private static final String UPLOADS =
      """
      {"Version": "1",
       "Statement": [{"Effect": "Allow", "Action": "oss:PutObject", "Resource": "acs:oss:*:*:photos-*/incoming/*"}]}
      """;

  @Test
  @Open("oss")
  void anUploaderWritesToItsFolderAndNowhereElse(Account account) {
    // Names of buckets are one for all accounts, so each has that of its account.
    String bucket = "photos-" + account.accountId();
    client(account).createBucket(bucket);
    OSS uploader = client(account.user("uploader", UPLOADS));
    uploader.putObject(bucket, "incoming/cat.jpg", cat());
    OSSException refused =
        assertThrows(OSSException.class, () -> uploader.putObject(bucket, "published/cat.jpg", cat()));
    assertEquals("AccessDenied", refused.getErrorCode());
  }

  private static InputStream cat() {
    return new ByteArrayInputStream("a cat".getBytes());
  }

  private static OSS client(Identity who) {
    ClientBuilderConfiguration configuration = new ClientBuilderConfiguration();
    configuration.setSignatureVersion(SignVersion.V4);
    return OSSClientBuilder.create()
        .endpoint(who.endpoint())
        .region(who.region())
        .credentialsProvider(new DefaultCredentialProvider(who.accessKeyId(), who.accessKeySecret()))
        .clientConfiguration(configuration)
        .build();
  }
}
