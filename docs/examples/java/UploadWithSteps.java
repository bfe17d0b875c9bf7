// Uploads a run with the result of each step; the steps decide its status.
// Run it with: java UploadWithSteps.java
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.regex.Pattern;

public class UploadWithSteps {
  static final String URL = System.getenv().getOrDefault("ASSAY_URL", "http://127.0.0.1:3000") + "/api/v2";
  static final String PROJECT = System.getenv("ASSAY_PROJECT");
  static final String INSTANCE = System.getenv("ASSAY_INSTANCE");

  public static void main(String[] args) throws Exception {
    var body = """
        {"data": {
          "type": "runs",
          "attributes": {"instance-id": %s, "run-duration": "00:01:30"},
          "steps": {"data": [
            {"name": "Open the basket", "status": "PASSED"},
            {"name": "Pay", "expected-results": "A receipt is sent", "actual-results": "No receipt", "status": "FAILED"}
          ]}
        }}""".formatted(INSTANCE);
    var run = call("POST", "/projects/" + PROJECT + "/runs.json", body);
    var runId = values("id", run).get(0);
    System.out.println("run " + runId + ": " + values("status", run).get(0));
    var steps = call("GET", "/projects/" + PROJECT + "/step_runs.json?run-ids=" + runId, "");
    var statuses = values("status", steps).iterator();
    for (var position : values("position", steps)) {
      System.out.println("step " + position + ": " + statuses.next());
    }
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
