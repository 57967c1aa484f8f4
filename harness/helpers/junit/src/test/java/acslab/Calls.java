package acslab;

import java.net.ProxySelector;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signed calls to RAM, without an SDK. */
final class Calls {
  private Calls() {}

  /** The status of the answer. */
  static int call(Identity who, String action, String... parameters) throws Exception {
    Map<String, String> asked = new TreeMap<>(Map.of(
        "Action", action, "Version", "2015-05-01", "Format", "JSON", "AccessKeyId", who.accessKeyId(),
        "SignatureMethod", "HMAC-SHA1", "SignatureVersion", "1.0", "SignatureNonce", UUID.randomUUID().toString(),
        "Timestamp", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString()));
    for (int at = 0; at < parameters.length; at += 2) {
      asked.put(parameters[at], parameters[at + 1]);
    }
    String query = asked.entrySet().stream().map(one -> quote(one.getKey()) + "=" + quote(one.getValue())).collect(Collectors.joining("&"));
    Mac mac = Mac.getInstance("HmacSHA1");
    mac.init(new SecretKeySpec((who.accessKeySecret() + "&").getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
    byte[] signed = mac.doFinal(("GET&%2F&" + quote(query)).getBytes(StandardCharsets.UTF_8));
    String url = who.endpoint() + "/?" + query + "&Signature=" + quote(Base64.getEncoder().encodeToString(signed));
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).proxy(ProxySelector.of(null)).build();
    return client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private static String quote(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20").replace("*", "%2A").replace("%7E", "~");
  }
}
