// Lists the projects the token can see.
// Run it with: java ListProjects.java
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.regex.Pattern;

public class ListProjects {
  static final String URL = System.getenv().getOrDefault("ASSAY_URL", "http://127.0.0.1:3000") + "/api/v2";

  public static void main(String[] args) throws Exception {
    var projects = get(URL + "/projects.json");
    var ids = values("id", projects).iterator();
    for (var name : values("name", projects)) {
      System.out.println("project " + ids.next() + ": " + name);
    }
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
