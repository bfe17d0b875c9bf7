// Creates a test set with an instance of each test in ASSAY_TESTS ("70,71").
// Compile and run it with:
//   mcs -r:System.Net.Http -r:System.Json create-set-with-instances.cs && mono create-set-with-instances.exe
using System;
using System.Json;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Threading.Tasks;

static class CreateSetWithInstances
{
    static readonly string Url = (Env("ASSAY_URL") ?? "http://127.0.0.1:3000") + "/api/v2";
    static readonly HttpClient Client = new HttpClient();

    static void Main() => Run().GetAwaiter().GetResult();

    static async Task Run()
    {
        var tests = Env("ASSAY_TESTS").Split(',').Select(id => (JsonValue)id);
        var set = new JsonObject
        {
            ["type"] = "sets",
            ["attributes"] = new JsonObject { ["name"] = "Nightly", ["version"] = "1.5" },
            ["instances"] = new JsonObject { ["test-ids"] = new JsonArray(tests) },
        };
        var project = $"/projects/{Env("ASSAY_PROJECT")}";
        var created = (await Call(HttpMethod.Post, $"{project}/sets.json", new JsonObject { ["data"] = set }))["data"];
        Console.WriteLine($"set {(string)created["id"]}: {(string)created["attributes"]["name"]}");
        // Runs are uploaded to instances: these are their ids.
        var instances = await Call(HttpMethod.Get, $"{project}/instances.json?set-ids={(string)created["id"]}");
        foreach (JsonValue instance in (JsonArray)instances["data"])
        {
            Console.WriteLine($"instance {(string)instance["id"]}: {(string)instance["attributes"]["name"]}");
        }
    }

    static async Task<JsonValue> Call(HttpMethod method, string path, JsonValue body = null)
    {
        var request = new HttpRequestMessage(method, Url + path);
        var login = Encoding.UTF8.GetBytes(Env("ASSAY_EMAIL") + ":" + Env("ASSAY_TOKEN"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(login));
        if (body != null) request.Content = new StringContent(body.ToString(), Encoding.UTF8, "application/json");
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
