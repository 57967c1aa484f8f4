package clients;

import java.io.ByteArrayInputStream;

import com.aliyun.oss.ClientBuilderConfiguration;
import com.aliyun.oss.ClientException;
import com.aliyun.oss.OSSClientBuilder;
import com.aliyun.oss.common.auth.CredentialsProviderFactory;
import com.aliyun.oss.common.comm.SignVersion;
import com.aliyuncs.CommonRequest;
import com.aliyuncs.DefaultAcsClient;
import com.aliyuncs.http.ProtocolType;
import com.aliyuncs.profile.DefaultProfile;

/** A program with the cloud's own https endpoints, which {@code acslab exec} runs. It takes its keys from its environment. */
final class OssProgram {
    private OssProgram() {}

    public static void main(String[] arguments) throws Exception {
        var keys = CredentialsProviderFactory.newEnvironmentVariableCredentialsProvider();
        var configuration = new ClientBuilderConfiguration();
        configuration.setSignatureVersion(SignVersion.V4);
        configuration.setMaxErrorRetry(0);
        var builder = OSSClientBuilder.create().credentialsProvider(keys).clientConfiguration(configuration).region(Cloud.REGION);
        var oss = builder.endpoint("https://oss-cn-hangzhou.aliyuncs.com").build();
        oss.createBucket("a-bucket");
        oss.putObject("a-bucket", "hello.txt", new ByteArrayInputStream("hello".getBytes()));
        System.out.println(new String(oss.getObject("a-bucket", "hello.txt").getObjectContent().readAllBytes()));
        oss.shutdown();

        var key = keys.getCredentials();
        var ram = new DefaultAcsClient(DefaultProfile.getProfile(Cloud.REGION, key.getAccessKeyId(), key.getSecretAccessKey()));
        var request = new CommonRequest();
        request.setSysProtocol(ProtocolType.HTTPS);
        request.setSysDomain("ram.aliyuncs.com");
        request.setSysVersion("2015-05-01");
        request.setSysAction("ListUsers");
        System.out.println(ram.getCommonResponse(request).getHttpStatus());
        ram.shutdown();

        var elsewhere = builder.endpoint("https://no-cloud.example.com").build();
        try {
            elsewhere.listBuckets();
        } catch (ClientException stopped) {
            System.out.println("stopped");
        }
        elsewhere.shutdown();
    }
}
