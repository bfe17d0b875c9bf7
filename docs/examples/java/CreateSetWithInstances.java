// Creates a test set with an instance of each test in ASSAY_TESTS ("70,71").
// Run it with: java CreateSetWithInstances.java
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.regex.Pattern;

public class CreateSetWithInstances {
  static final String URL = System.getenv().getOrDefault("ASSAY_URL", "http://127.0.0.1:3000") + "/api/v2";
  static final String PROJECT = System.getenv("ASSAY_PROJECT");
  static final String TESTS = System.getenv("ASSAY_TESTS");

  public static void main(String[] args) throws Exception {
    var body = """
        {"data": {
          "type": "sets",
          "attributes": {"name": "Nightly", "version": "1.5"},
          "instances": {"test-ids": [%s]}
        }}""".formatted(TESTS);
    var set = call("POST", "/projects/" + PROJECT + "/sets.json", body);
    var setId = values("id", set).get(0);
    System.out.println("set " + setId + ": " + values("name", set).get(0));
    // Runs are uploaded to instances: these are their ids.
    var instances = call("GET", "/projects/" + PROJECT + "/instances.json?set-ids=" + setId, "");
    var ids = values("id", instances).iterator();
    for (var name : values("name", instances)) {
      System.out.println("instance " + ids.next() + ": " + name);
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
