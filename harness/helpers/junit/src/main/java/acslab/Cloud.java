package acslab;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A running {@code acslab serve}. */
public final class Cloud implements AutoCloseable {
  private static Cloud shared;

  private final String endpoint;
  private final Process process;
  // What talks to the cloud on this machine takes no proxy.
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).proxy(ProxySelector.of(null)).build();

  private Cloud(String endpoint, Process process) {
    this.endpoint = endpoint;
    this.process = process;
  }

  /**
   * The cloud that all tests of this process share: the one that the variable ACSLAB_ENDPOINT names, or else one that is started for
   * them and ends with them.
   */
  public static synchronized Cloud shared() {
    if (shared == null) {
      String endpoint = System.getenv("ACSLAB_ENDPOINT");
      shared = endpoint == null || endpoint.isEmpty() ? start() : at(endpoint);
    }
    return shared;
  }

  /** A cloud that runs already. */
  public static Cloud at(String endpoint) {
    return new Cloud(endpoint.replaceAll("/$", ""), null);
  }

  /** Starts a cloud at a free port. It ends when it is closed, and with this process, however that ends. */
  public static Cloud start(String... options) {
    List<String> command = new ArrayList<>(List.of(program(), "serve", "--port", "0", "--format", "json", "--until-stdin-ends"));
    command.addAll(List.of(options));
    try {
      Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      String greeting =
          new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
      if (greeting == null) {
        throw new AcslabException("`" + String.join(" ", command) + "` ended before it answered");
      }
      return new Cloud(JsonParser.parseString(greeting).getAsJsonObject().get("endpoint").getAsString(), process);
    } catch (IOException error) {
      throw new AcslabException("`" + command.get(0) + "` cannot be run: " + error.getMessage(), error);
    }
  }

  /** The program: the one that ACSLAB names, as a variable or a system property, or the one on the PATH. */
  static String program() {
    String named = System.getProperty("acslab", System.getenv("ACSLAB"));
    if (named != null && !named.isEmpty()) {
      if (!Files.exists(Path.of(named))) {
        throw new AcslabException("ACSLAB names `" + named + "`, and there is no such program");
      }
      return named;
    }
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.of(path.split(File.pathSeparator))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, "acslab"))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst()
        .orElseThrow(
            () ->
                new AcslabException(
                    "there is no program `acslab`: put it on the PATH, or name it with the variable ACSLAB"));
  }

  /** Where it answers. */
  public String endpoint() {
    return endpoint;
  }

  /**
   * A fresh account.
   *
   * @param open the services that are open in it from the start
   */
  public Account account(String... open) {
    JsonArray services = new JsonArray();
    for (String service : open) {
      services.add(service);
    }
    JsonObject wanted = new JsonObject();
    wanted.add("open", services);
    return new Account(this, control("POST", "accounts", wanted));
  }

  /** Asks acslab's own surface, as docs/control.md tells it. */
  public JsonObject control(String method, String path, JsonObject body) {
    HttpRequest.BodyPublisher sent =
        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body.toString());
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(endpoint + "/_acslab/" + path))
            .method(method, sent)
            .timeout(Duration.ofSeconds(30))
            .build();
    try {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      JsonObject told = JsonParser.parseString(answer.body()).getAsJsonObject();
      if (answer.statusCode() >= 400) {
        throw new AcslabException(method + " " + path + ": " + told.get("error").getAsString());
      }
      return told;
    } catch (IOException | JsonParseException | IllegalStateException error) {
      throw new AcslabException(method + " " + path + ": " + error, error);
    } catch (InterruptedException error) {
      Thread.currentThread().interrupt();
      throw new AcslabException(method + " " + path + " was interrupted", error);
    }
  }

  /** Ends it, if it was started here. */
  @Override
  public void close() {
    if (process == null) {
      return;
    }
    try {
      process.getOutputStream().close();
      process.waitFor();
    } catch (IOException error) {
      process.destroy();
    } catch (InterruptedException error) {
      Thread.currentThread().interrupt();
      process.destroy();
    }
  }
}
