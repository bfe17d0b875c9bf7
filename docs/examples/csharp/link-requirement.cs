// Links a test to a requirement and reads what that makes of its status.
// Compile and run it with:
//   mcs -r:System.Net.Http -r:System.Json link-requirement.cs && mono link-requirement.exe
using System;
using System.Json;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Threading.Tasks;

static class LinkRequirement
{
    static readonly string Url = (Env("ASSAY_URL") ?? "http://127.0.0.1:3000") + "/api/v2";
    static readonly HttpClient Client = new HttpClient();

    static void Main() => Run().GetAwaiter().GetResult();

    static async Task Run()
    {
        var path = $"/projects/{Env("ASSAY_PROJECT")}/requirements/{Env("ASSAY_REQUIREMENT")}";
        var test = new JsonObject { ["id"] = Env("ASSAY_TEST"), ["type"] = "tests" };
        var body = new JsonObject { ["data"] = new JsonArray(test) };
        // POST adds, PATCH replaces, DELETE removes; the answer lists the tests that are linked now.
        var linked = await Call(HttpMethod.Post, $"{path}/relationships/tests.json", body);
        foreach (JsonValue linkedTest in (JsonArray)linked["data"])
        {
            Console.WriteLine($"linked test {(string)linkedTest["id"]}");
        }
        var requirement = (await Call(HttpMethod.Get, $"{path}.json"))["data"];
        var status = (string)requirement["attributes"]["run-status"];
        Console.WriteLine($"requirement {(string)requirement["id"]}: {status}");
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
