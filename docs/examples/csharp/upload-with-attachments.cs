// Uploads a failed run and attaches the file at ASSAY_FILE to it.
// Compile and run it with:
//   mcs -r:System.Net.Http -r:System.Json upload-with-attachments.cs && mono upload-with-attachments.exe
using System;
using System.IO;
using System.Json;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Threading.Tasks;

static class UploadWithAttachments
{
    static readonly string Url = (Env("ASSAY_URL") ?? "http://127.0.0.1:3000") + "/api/v2";
    static readonly HttpClient Client = new HttpClient();

    static void Main() => Run().GetAwaiter().GetResult();

    static async Task Run()
    {
        var file = new JsonObject
        {
            ["filename"] = Path.GetFileName(Env("ASSAY_FILE")),
            ["content_encoded"] = Convert.ToBase64String(File.ReadAllBytes(Env("ASSAY_FILE"))),
        };
        var result = new JsonObject
        {
            ["type"] = "runs",
            ["attributes"] = new JsonObject { ["instance-id"] = Env("ASSAY_INSTANCE"), ["exit-code"] = 1 },
            ["files"] = new JsonObject { ["data"] = new JsonArray(file) },
        };
        var project = $"/projects/{Env("ASSAY_PROJECT")}";
        var run = (await Call(HttpMethod.Post, $"{project}/runs.json", new JsonObject { ["data"] = result }))["data"];
        Console.WriteLine($"run {(string)run["id"]}: {(string)run["attributes"]["status"]}");
        var files = await Call(HttpMethod.Get, $"{project}/attachments.json?entity=run&entity-id={(string)run["id"]}");
        foreach (JsonValue stored in (JsonArray)files["data"])
        {
            var attributes = stored["attributes"];
            var size = (int)attributes["size"];
            Console.WriteLine($"attachment {(string)stored["id"]}: {(string)attributes["name"]}, {size} bytes");
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
