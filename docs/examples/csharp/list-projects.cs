// Lists the projects the token can see.
// Compile and run it with:
//   mcs -r:System.Net.Http -r:System.Json list-projects.cs && mono list-projects.exe
using System;
using System.Json;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Threading.Tasks;

static class ListProjects
{
    static readonly string Url = (Env("ASSAY_URL") ?? "http://127.0.0.1:3000") + "/api/v2";
    static readonly HttpClient Client = new HttpClient();

    static void Main() => Run().GetAwaiter().GetResult();

    static async Task Run()
    {
        var projects = await Get($"{Url}/projects.json");
        foreach (JsonValue project in (JsonArray)projects["data"])
        {
            Console.WriteLine($"project {(string)project["id"]}: {(string)project["attributes"]["name"]}");
        }
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
