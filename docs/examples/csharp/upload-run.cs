// Uploads the result of one automated test.
// Compile and run it with:
//   mcs -r:System.Net.Http -r:System.Json upload-run.cs && mono upload-run.exe
using System;
using System.Json;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Threading.Tasks;

static class UploadRun
{
    static readonly string Url = (Env("ASSAY_URL") ?? "http://127.0.0.1:3000") + "/api/v2";
    static readonly HttpClient Client = new HttpClient();

    static void Main() => Run().GetAwaiter().GetResult();

    static async Task Run()
    {
        var result = new JsonObject
        {
            ["instance-id"] = Env("ASSAY_INSTANCE"),
            ["exit-code"] = 0,
            ["run-duration"] = "00:00:42",
            ["automated-execution-output"] = "12 assertions, 0 failures",
        };
        var body = new JsonObject { ["data"] = new JsonObject { ["type"] = "runs", ["attributes"] = result } };
        var run = (await Call(HttpMethod.Post, $"/projects/{Env("ASSAY_PROJECT")}/runs.json", body))["data"];
        Console.WriteLine($"run {(string)run["id"]}: {(string)run["attributes"]["status"]}");
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
