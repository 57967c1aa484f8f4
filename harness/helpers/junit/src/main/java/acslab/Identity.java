package acslab;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;

/** Somebody with a key: an account's owner, or a RAM user. */
public class Identity {
  private final JsonObject given;
  private final String arn;

  Identity(JsonObject given, String arn) {
    this.given = given;
    this.arn = arn;
  }

  /** The id of the account, of 16 digits. */
  public final String accountId() {
    return text("account_id");
  }

  /** The name of the account, or of the user. */
  public final String name() {
    return text("name");
  }

  /** The ARN. */
  public final String arn() {
    return arn;
  }

  /** The id of the access key. */
  public final String accessKeyId() {
    return text("access_key_id");
  }

  /** Its secret. */
  public final String accessKeySecret() {
    return text("access_key_secret");
  }

  /** The region. */
  public final String region() {
    return text("region");
  }

  /** Where the cloud answers: http://127.0.0.1:PORT. */
  public final String endpoint() {
    return text("endpoint");
  }

  /** The variables that SDKs, command lines and Terraform read. */
  public final Map<String, String> environment() {
    Map<String, String> variables = new LinkedHashMap<>();
    for (Map.Entry<String, JsonElement> one : given.getAsJsonObject("environment").entrySet()) {
      variables.put(one.getKey(), one.getValue().getAsString());
    }
    return variables;
  }

  @Override
  public final String toString() {
    return arn;
  }

  private String text(String member) {
    return given.get(member).getAsString();
  }
}
