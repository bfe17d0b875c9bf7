// Deletes a test with its steps, instances and runs.
// Compile and run it with:
//   mcs -r:System.Net.Http -r:System.Json delete-test.cs && mono delete-test.exe
using System;
using System.Json;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Threading.Tasks;

static class DeleteTest
{
    static readonly string Url = (Env("ASSAY_URL") ?? "http://127.0.0.1:3000") + "/api/v2";
    static readonly HttpClient Client = new HttpClient();

    static void Main() => Run().GetAwaiter().GetResult();

    static async Task Run()
    {
        var path = $"/projects/{Env("ASSAY_PROJECT")}/tests/{Env("ASSAY_TEST")}.json";
        var deleted = (await Call(HttpMethod.Delete, path))["data"];
        Console.WriteLine($"deleted test {(string)deleted["id"]}");
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
