// Creates an issue and moves it along the workflow, from "new" to "open".
// Compile and run it with:
//   mcs -r:System.Net.Http -r:System.Json create-issue-and-move-status.cs && mono create-issue-and-move-status.exe
using System;
using System.Json;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Threading.Tasks;

static class CreateIssueAndMoveStatus
{
    static readonly string Url = (Env("ASSAY_URL") ?? "http://127.0.0.1:3000") + "/api/v2";
    static readonly HttpClient Client = new HttpClient();

    static void Main() => Run().GetAwaiter().GetResult();

    static async Task Run()
    {
        var path = $"/projects/{Env("ASSAY_PROJECT")}/issues";
        var reported = new JsonObject
        {
            ["title"] = "The total is missing",
            ["priority"] = "2-high",
            // A personal token knows its user, an account token has none of its own.
            ["author-id"] = Env("ASSAY_USER"),
        };
        var issue = (await Call(HttpMethod.Post, $"{path}.json", Issue(reported)))["data"];
        Console.WriteLine($"issue {(string)issue["id"]}: {(string)issue["attributes"]["status-name"]}");
        var open = new JsonObject { ["status-name"] = "open", ["user-id"] = Env("ASSAY_USER") };
        path += $"/{(string)issue["id"]}/update_status.json";
        var moved = (await Call(HttpMethod.Put, path, Issue(open)))["data"];
        Console.WriteLine($"issue {(string)moved["id"]}: {(string)moved["attributes"]["status-name"]}");
    }

    static JsonValue Issue(JsonObject attributes) =>
        new JsonObject { ["data"] = new JsonObject { ["type"] = "issues", ["attributes"] = attributes } };

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
