// Finds the tests tagged "smoke" whose latest run failed.
// Compile and run it with:
//   mcs -r:System.Net.Http -r:System.Json query-with-ptql.cs && mono query-with-ptql.exe
using System;
using System.Json;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Threading.Tasks;

static class QueryWithPtql
{
    static readonly string Url = (Env("ASSAY_URL") ?? "http://127.0.0.1:3000") + "/api/v2";
    static readonly HttpClient Client = new HttpClient();

    static void Main() => Run().GetAwaiter().GetResult();

    static async Task Run()
    {
        var ptql = Uri.EscapeDataString("'Run Status' = FAILED AND Tags = smoke");
        var found = await Get($"{Url}/projects/{Env("ASSAY_PROJECT")}/tests.json?ptql={ptql}");
        foreach (JsonValue test in (JsonArray)found["data"])
        {
            Console.WriteLine($"test {(string)test["id"]}: {(string)test["attributes"]["name"]}");
        }
        Console.WriteLine($"{(int)found["meta"]["total-count"]} found");
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
