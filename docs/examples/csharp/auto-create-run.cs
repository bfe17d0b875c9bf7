// Uploads a run; the test and its instance in the set are created if they are missing.
// Compile and run it with:
//   mcs -r:System.Net.Http -r:System.Json auto-create-run.cs && mono auto-create-run.exe
using System;
using System.Json;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Threading.Tasks;

static class AutoCreateRun
{
    static readonly string Url = (Env("ASSAY_URL") ?? "http://127.0.0.1:3000") + "/api/v2";
    static readonly HttpClient Client = new HttpClient();

    static void Main() => Run().GetAwaiter().GetResult();

    static async Task Run()
    {
        var test = new JsonObject { ["name"] = "Search finds a product", ["test-type"] = "ApiTest" };
        test["tags"] = new JsonArray("search");
        var result = new JsonObject
        {
            ["type"] = "runs",
            ["attributes"] = new JsonObject { ["set-id"] = Env("ASSAY_SET"), ["exit-code"] = 0 },
            ["test-attributes"] = test,
        };
        var path = $"/projects/{Env("ASSAY_PROJECT")}/runs/auto_create.json";
        var answer = await Call(HttpMethod.Post, path, new JsonObject { ["data"] = result });
        Console.WriteLine($"run {(string)answer["data"]["id"]}: {(string)answer["data"]["attributes"]["status"]}");
        // Each key is there only if something was created.
        foreach (var key in new[] { "created-test", "created-instance" })
        {
            if (answer["meta"].ContainsKey(key)) Console.WriteLine($"{key} {(int)answer["meta"][key]}");
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
