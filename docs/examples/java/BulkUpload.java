// Uploads up to 100 runs in one call: ASSAY_RESULTS holds instance:exit-code pairs ("91:0,92:1").
// Run it with: java BulkUpload.java
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

public class BulkUpload {
  static final String URL = System.getenv().getOrDefault("ASSAY_URL", "http://127.0.0.1:3000") + "/api/v2";
  static final String PROJECT = System.getenv("ASSAY_PROJECT");
  static final String RESULTS = System.getenv("ASSAY_RESULTS");

  public static void main(String[] args) throws Exception {
    var results = new ArrayList<String>();
    for (var result : RESULTS.split(",")) {
      var pair = result.split(":");
      results.add("""
          {"type": "runs", "attributes": {"instance-id": %s, "exit-code": %s}}""".formatted(pair[0], pair[1]));
    }
    // All of them are stored, or, if one is refused, none. The answer has the order of the request.
    var body = "{\"data\": [" + String.join(",", results) + "]}";
    var runs = call("POST", "/projects/" + PROJECT + "/runs.json", body);
    var instances = values("instance-id", runs).iterator();
    var statuses = values("status", runs).iterator();
    for (var id : values("id", runs)) {
      System.out.println("run " + id + " of instance " + instances.next() + ": " + statuses.next());
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
