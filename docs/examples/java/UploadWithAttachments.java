// Uploads a failed run and attaches the file at ASSAY_FILE to it.
// Run it with: java UploadWithAttachments.java
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

public class UploadWithAttachments {
  static final String URL = System.getenv().getOrDefault("ASSAY_URL", "http://127.0.0.1:3000") + "/api/v2";
  static final String PROJECT = System.getenv("ASSAY_PROJECT");
  static final String INSTANCE = System.getenv("ASSAY_INSTANCE");
  static final String FILE = System.getenv("ASSAY_FILE");

  public static void main(String[] args) throws Exception {
    var file = Path.of(FILE);
    var content = Base64.getEncoder().encodeToString(Files.readAllBytes(file));
    var body = """
        {"data": {
          "type": "runs",
          "attributes": {"instance-id": %s, "exit-code": 1},
          "files": {"data": [{"filename": "%s", "content_encoded": "%s"}]}
        }}""".formatted(INSTANCE, file.getFileName(), content);
    var run = call("POST", "/projects/" + PROJECT + "/runs.json", body);
    var runId = values("id", run).get(0);
    System.out.println("run " + runId + ": " + values("status", run).get(0));
    var files = call("GET", "/projects/" + PROJECT + "/attachments.json?entity=run&entity-id=" + runId, "");
    var name = values("name", files).get(0);
    System.out.printf("attachment %s: %s, %s bytes%n", values("id", files).get(0), name, values("size", files).get(0));
  }

  static String call(String method, String path, String body) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(URL + path))
        .header("PTToken", System.getenv("ASSAY_TOKEN"))
        .header("Content-Type", "application/json")
        .method(method, BodyPublishers.ofString(body))
        .build();
    var answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      values("title", answer.body()).forEach(System.err::println);
      System.exit(1);
    }
    return answer.body();
  }

  /** Every value of a key, in the order of the text. Enough for ids and words; for more, take a JSON library. */
  static List<String> values(String key, String json) {
    var pattern = Pattern.compile("\"" + key + "\":(?:\"((?:[^\"\\\\]++|\\\\.)*)\"|(\\d+))");
    return pattern.matcher(json).results().map(m -> m.group(1) != null ? m.group(1) : m.group(2)).toList();
  }
}
