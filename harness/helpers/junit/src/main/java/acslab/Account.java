package acslab;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A fresh account; as an identity, its owner. */
public final class Account extends Identity implements AutoCloseable {
  private final Cloud cloud;

  Account(Cloud cloud, JsonObject given) {
    super(given, "acs:ram::" + given.get("account_id").getAsString() + ":root");
    this.cloud = cloud;
  }

  /**
   * Makes a RAM user with a key.
   *
   * @param policies the name of a system policy, a file that ends in {@code .json}, or the text of a document
   */
  public Identity user(String name, String... policies) {
    JsonArray read = new JsonArray();
    for (String policy : policies) {
      read.add(document(policy));
    }
    JsonObject wanted = new JsonObject();
    wanted.addProperty("name", name);
    wanted.add("policies", read);
    JsonObject made = cloud.control("POST", "accounts/" + accountId() + "/users", wanted);
    return new Identity(made, made.get("arn").getAsString());
  }

  private static JsonElement document(String policy) {
    JsonObject name = new JsonObject();
    name.addProperty("name", policy);
    try {
      if (policy.endsWith(".json")) {
        return JsonParser.parseString(Files.readString(Path.of(policy)));
      }
    } catch (IOException error) {
      throw new AcslabException("the policy `" + policy + "` cannot be read: " + error.getMessage(), error);
    }
    return policy.stripLeading().startsWith("{") ? JsonParser.parseString(policy) : name.get("name");
  }

  /** What was decided lately about callers of this account, newest first, as {@code GET decisions} has it. */
  public List<JsonObject> decisions() {
    JsonObject page = cloud.control("GET", "decisions?limit=1000&account=" + accountId(), null);
    List<JsonObject> decisions = new ArrayList<>();
    page.getAsJsonArray("decisions").forEach(one -> decisions.add(one.getAsJsonObject()));
    return decisions;
  }

  /** What was denied, oldest first, a text each. */
  public List<String> denials() {
    List<String> denials = new ArrayList<>();
    List<JsonObject> decisions = decisions();
    for (int number = decisions.size() - 1; number >= 0; number--) {
      JsonObject decision = decisions.get(number);
      for (JsonElement element : decision.getAsJsonArray("decided")) {
        JsonObject decided = element.getAsJsonObject();
        if (!decided.get("verdict").getAsString().equals("Allow")) {
          denials.add(denial(decision, decided));
        }
      }
    }
    return denials;
  }

  private static String denial(JsonObject decision, JsonObject decided) {
    JsonElement code = decision.get("code");
    JsonElement policy = decided.get("policy");
    return String.format(
        "%s by %s: %d %s%n  needs %s on %s: %s",
        decision.get("operation").getAsString(),
        decision.get("caller").getAsString(),
        decision.get("status").getAsInt(),
        code.isJsonNull() ? "performed all the same" : code.getAsString(),
        decided.get("action").getAsString(),
        decided.get("resource").getAsString(),
        policy.isJsonNull()
            ? "no statement allows it"
            : "denied by " + policy.getAsJsonObject().get("name").getAsString());
  }

  /** Closes the account with all that it has. */
  @Override
  public void close() {
    cloud.control("DELETE", "accounts/" + accountId(), null);
  }
}
