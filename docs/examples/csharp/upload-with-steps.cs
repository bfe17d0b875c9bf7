// Uploads a run with the result of each step; the steps decide its status.
// Compile and run it with:
//   mcs -r:System.Net.Http -r:System.Json upload-with-steps.cs && mono upload-with-steps.exe
using System;
using System.Json;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Threading.Tasks;

static class UploadWithSteps
{
    static readonly string Url = (Env("ASSAY_URL") ?? "http://127.0.0.1:3000") + "/api/v2";
    static readonly HttpClient Client = new HttpClient();

    static void Main() => Run().GetAwaiter().GetResult();

    static async Task Run()
    {
        var opened = new JsonObject { ["name"] = "Open the basket", ["status"] = "PASSED" };
        var paid = new JsonObject { ["name"] = "Pay", ["actual-results"] = "No receipt", ["status"] = "FAILED" };
        paid["expected-results"] = "A receipt is sent";
        var result = new JsonObject
        {
            ["type"] = "runs",
            ["attributes"] = new JsonObject { ["instance-id"] = Env("ASSAY_INSTANCE"), ["run-duration"] = "00:01:30" },
            ["steps"] = new JsonObject { ["data"] = new JsonArray(opened, paid) },
        };
        var project = $"/projects/{Env("ASSAY_PROJECT")}";
        var run = (await Call(HttpMethod.Post, $"{project}/runs.json", new JsonObject { ["data"] = result }))["data"];
        Console.WriteLine($"run {(string)run["id"]}: {(string)run["attributes"]["status"]}");
        var steps = await Call(HttpMethod.Get, $"{project}/step_runs.json?run-ids={(string)run["id"]}");
        foreach (JsonValue step in (JsonArray)steps["data"])
        {
            Console.WriteLine($"step {(int)step["attributes"]["position"]}: {(string)step["attributes"]["status"]}");
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
