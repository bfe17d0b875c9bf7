// Reads every run of a set, a page of up to 100 at a time.
// Run it with: java ReadResultsPageByPage.java
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

public class ReadResultsPageByPage {
  static final String URL = System.getenv().getOrDefault("ASSAY_URL", "http://127.0.0.1:3000") + "/api/v2";
  static final String PROJECT = System.getenv("ASSAY_PROJECT");
  static final String SET = System.getenv("ASSAY_SET");

  public static void main(String[] args) throws Exception {
    var next = List.of(URL + "/projects/" + PROJECT + "/runs.json?set-ids=" + SET);
    var statuses = new ArrayList<String>();
    while (!next.isEmpty()) {
      var page = get(next.get(0));
      var found = values("status", page);
      statuses.addAll(found);
      System.out.println("page " + values("current-page", page).get(0) + ": " + found.size() + " runs");
      // The last page has no "next"; the others name a whole URL.
      next = values("next", page);
    }
    System.out.println(statuses.size() + " runs, " + Collections.frequency(statuses, "FAILED") + " failed");
  }

  static String get(String address) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(address)).header("PTToken", System.getenv("ASSAY_TOKEN")).build();
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
