package clients;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.aliyuncs.CommonRequest;
import com.aliyuncs.DefaultAcsClient;
import com.aliyuncs.IAcsClient;
import com.aliyuncs.auth.BasicSessionCredentials;
import com.aliyuncs.auth.StaticCredentialsProvider;
import com.aliyuncs.exceptions.ClientException;
import com.aliyuncs.http.MethodType;
import com.aliyuncs.http.ProtocolType;
import com.aliyuncs.profile.DefaultProfile;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

/** A started {@code acslab serve}, at a free port and with a fixed seed, for as long as it is not closed. */
final class Cloud implements AutoCloseable {
    static final String REGION = "cn-hangzhou";

    /** An access key; with a token, that of a session. */
    record Key(String id, String secret, String token) {}

    /** One account, and its owner's key. */
    record Account(String id, Key owner) {}

    private static final Pattern ADDRESS = Pattern.compile("^acslab serves http://(\\S+)");
    private static final Pattern ACCOUNT = Pattern.compile("^# owner of (\\S+), account (\\d+)$");
    private static final Pattern EXPORT = Pattern.compile("^export ALIBABA_CLOUD_ACCESS_KEY_(ID|SECRET)=(\\S+)");

    private final Process process;
    final String address;
    /** The accounts, by the names that they were given. */
    final Map<String, Account> accounts;
    /** The owner of the account that most tests have alone: the company. */
    final Key owner;

    private Cloud(Process process, String address, Map<String, Account> accounts) {
        this.process = process;
        this.address = address;
        this.accounts = accounts;
        this.owner = accounts.get("company").owner();
    }

    /** Starts it with these accounts besides the company, and opens OSS for the company. */
    static Cloud start(String... others) throws Exception {
        String named = System.getenv("ACSLAB");
        String program = named != null ? named : Path.of("..", "..", "target", "debug", "acslab").toString();
        var command = new ArrayList<>(List.of(program, "serve", "--port", "0", "--seed", "1"));
        command.addAll(List.of("--account", "company=1234567890123456"));
        for (String other : others) {
            command.addAll(List.of("--account", other));
        }
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        var lines = new BufferedReader(new InputStreamReader(process.getInputStream()));
        String address = null, account = null, number = null, id = null;
        Map<String, Account> accounts = new HashMap<>();
        // What follows the keys is for people.
        for (String line = lines.readLine(); line != null && !line.startsWith("# aliyun"); line = lines.readLine()) {
            Matcher served = ADDRESS.matcher(line), opened = ACCOUNT.matcher(line), exported = EXPORT.matcher(line);
            if (served.find()) {
                address = served.group(1);
            } else if (opened.find()) {
                account = opened.group(1);
                number = opened.group(2);
            } else if (exported.find() && exported.group(1).equals("ID")) {
                id = exported.group(2);
            } else if (exported.reset().find()) {
                accounts.put(account, new Account(number, new Key(id, exported.group(2), null)));
            }
        }
        if (!accounts.containsKey("company")) {
            process.destroy();
            throw new IOException("`acslab serve` ended before it printed its keys");
        }
        Cloud cloud = new Cloud(process, address, accounts);
        cloud.call(cloud.owner, "2019-04-22", "OpenOssService", Map.of());
        return cloud;
    }

    /** Calls an RPC operation, by the older core SDK. */
    JsonObject call(Key as, String version, String action, Map<String, String> parameters) throws ClientException {
        DefaultProfile.addEndpoint(REGION, "acslab", address);
        var profile = DefaultProfile.getProfile(REGION, as.id(), as.secret());
        profile.getHttpClientConfig().setProtocolType(ProtocolType.HTTP);
        IAcsClient client = as.token() == null
            ? new DefaultAcsClient(profile)
            : new DefaultAcsClient(profile, new StaticCredentialsProvider(
                new BasicSessionCredentials(as.id(), as.secret(), as.token())));
        var request = new CommonRequest();
        request.setSysProtocol(ProtocolType.HTTP);
        request.setSysMethod(MethodType.POST);
        request.setSysDomain(address);
        request.setSysVersion(version);
        request.setSysAction(action);
        parameters.forEach(request::putQueryParameter);
        try {
            return JsonParser.parseString(client.getCommonResponse(request).getData()).getAsJsonObject();
        } finally {
            client.shutdown();
        }
    }

    JsonObject ram(String action, Map<String, String> parameters) throws ClientException {
        return call(owner, "2015-05-01", action, parameters);
    }

    /** A new RAM user with a key and this policy. */
    Key user(String name, String document) throws ClientException {
        ram("CreateUser", Map.of("UserName", name));
        ram("CreatePolicy", Map.of("PolicyName", name, "PolicyDocument", document));
        ram("AttachPolicyToUser", Map.of("PolicyType", "Custom", "PolicyName", name, "UserName", name));
        JsonObject key = ram("CreateAccessKey", Map.of("UserName", name)).getAsJsonObject("AccessKey");
        return new Key(key.get("AccessKeyId").getAsString(), key.get("AccessKeySecret").getAsString(), null);
    }

    /** Moves the cloud's clock. */
    void advance(long seconds) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://" + address + "/_acslab/clock"))
            .POST(HttpRequest.BodyPublishers.ofString("{\"advance_seconds\": " + seconds + "}")).build();
        var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(answer.body());
        }
    }

    /** A policy document of one statement. */
    static String allow(String action, String resource) {
        return "{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"" + action + "\",\"Resource\":\"" + resource
            + "\"}]}";
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
