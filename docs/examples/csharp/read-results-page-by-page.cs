// Reads every run of a set, a page of up to 100 at a time.
// Compile and run it with:
//   mcs -r:System.Net.Http -r:System.Json read-results-page-by-page.cs && mono read-results-page-by-page.exe
using System;
using System.Json;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Threading.Tasks;

static class ReadResultsPageByPage
{
    static readonly string Url = (Env("ASSAY_URL") ?? "http://127.0.0.1:3000") + "/api/v2";
    static readonly HttpClient Client = new HttpClient();

    static void Main() => Run().GetAwaiter().GetResult();

    static async Task Run()
    {
        var address = $"{Url}/projects/{Env("ASSAY_PROJECT")}/runs.json?set-ids={Env("ASSAY_SET")}";
        var total = 0;
        var failed = 0;
        while (address != null)
        {
            var page = await Get(address);
            var runs = (JsonArray)page["data"];
            total += runs.Count;
            failed += runs.Count(run => (string)run["attributes"]["status"] == "FAILED");
            Console.WriteLine($"page {(int)page["meta"]["current-page"]}: {runs.Count} runs");
            // The last page has no "next"; the others name a whole URL.
            address = page["links"].ContainsKey("next") ? (string)page["links"]["next"] : null;
        }
        Console.WriteLine($"{total} runs, {failed} failed");
    }

    static async Task<JsonValue> Get(string address)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        var login = Encoding.UTF8.GetBytes(Env("ASSAY_EMAIL") + ":" + Env("ASSAY_TOKEN"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(login));
        var answer = await Client.SendAsync(request);
        var json = JsonValue.Parse(await answer.Content.ReadAsStringAsync());
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            foreach (JsonValue error in (JsonArray)json["errors"]) Console.Error.WriteLine((string)error["title"]);
            Environment.Exit(1);
        }
        return json;
    }

    static string Env(string name) => Environment.GetEnvironmentVariable(name);
}
