// Creates a test with two steps.
// Compile and run it with:
//   mcs -r:System.Net.Http -r:System.Json create-test-with-steps.cs && mono create-test-with-steps.exe
using System;
using System.Json;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Threading.Tasks;

static class CreateTestWithSteps
{
    static readonly string Url = (Env("ASSAY_URL") ?? "http://127.0.0.1:3000") + "/api/v2";
    static readonly HttpClient Client = new HttpClient();

    static void Main() => Run().GetAwaiter().GetResult();

    static async Task Run()
    {
        var basket = new JsonObject { ["name"] = "Open the basket", ["expected-results"] = "The total is shown" };
        var pay = new JsonObject { ["name"] = "Pay", ["description"] = "Use card 4111" };
        pay["expected-results"] = "A receipt is sent";
        var test = new JsonObject
        {
            ["type"] = "tests",
            ["attributes"] = new JsonObject
            {
                ["name"] = "Pay by card",
                ["test-type"] = "ScriptedTest",
                // A personal token knows its author, an account token has none of its own.
                ["author-id"] = Env("ASSAY_USER"),
            },
            ["steps"] = new JsonObject { ["data"] = new JsonArray(basket, pay) },
        };
        var path = $"/projects/{Env("ASSAY_PROJECT")}/tests.json";
        var created = (await Call(HttpMethod.Post, path, new JsonObject { ["data"] = test }))["data"];
        var attributes = created["attributes"];
        var steps = (int)attributes["steps-count"];
        Console.WriteLine($"test {(string)created["id"]}: {(string)attributes["name"]}, {steps} steps");
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
