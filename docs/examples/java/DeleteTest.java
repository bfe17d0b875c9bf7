// Deletes a test with its steps, instances and runs.
// Run it with: java DeleteTest.java
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.regex.Pattern;

public class DeleteTest {
  static final String URL = System.getenv().getOrDefault("ASSAY_URL", "http://127.0.0.1:3000") + "/api/v2";
  static final String PROJECT = System.getenv("ASSAY_PROJECT");
  static final String TEST = System.getenv("ASSAY_TEST");

  public static void main(String[] args) throws Exception {
    var deleted = call("DELETE", "/projects/" + PROJECT + "/tests/" + TEST + ".json", "");
    System.out.println("deleted test " + values("id", deleted).get(0));
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
