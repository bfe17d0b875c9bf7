// Uploads up to 100 runs in one call: ASSAY_RESULTS holds instance:exit-code pairs ("91:0,92:1").
// Compile and run it with:
//   mcs -r:System.Net.Http -r:System.Json bulk-upload.cs && mono bulk-upload.exe
using System;
using System.Json;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Threading.Tasks;

static class BulkUpload
{
    static readonly string Url = (Env("ASSAY_URL") ?? "http://127.0.0.1:3000") + "/api/v2";
    static readonly HttpClient Client = new HttpClient();

    static void Main() => Run().GetAwaiter().GetResult();

    static async Task Run()
    {
        var results = new JsonArray();
        foreach (var result in Env("ASSAY_RESULTS").Split(','))
        {
            var pair = result.Split(':');
            var attributes = new JsonObject { ["instance-id"] = pair[0], ["exit-code"] = pair[1] };
            results.Add(new JsonObject { ["type"] = "runs", ["attributes"] = attributes });
        }
        // All of them are stored, or, if one is refused, none. The answer has the order of the request;
        // a single run is answered by itself, without an array around it.
        var path = $"/projects/{Env("ASSAY_PROJECT")}/runs.json";
        var runs = await Call(HttpMethod.Post, path, new JsonObject { ["data"] = results });
        foreach (JsonValue run in runs["data"] as JsonArray ?? new JsonArray { runs["data"] })
        {
            var attributes = run["attributes"];
            var instance = (int)attributes["instance-id"];
            Console.WriteLine($"run {(string)run["id"]} of instance {instance}: {(string)attributes["status"]}");
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
