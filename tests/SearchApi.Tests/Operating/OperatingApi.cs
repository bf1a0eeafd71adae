using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.SearchApi.Tests.Operating;

/// <summary>Short forms for aliases, clones, exports and imports.</summary>
internal static class OperatingApi
{
    private static readonly string[] Words =
    [
        "river",
        "stone",
        "bridge",
        "lamp",
        "music",
        "engine",
        "garden",
        "letter",
        "winter",
        "market",
        "silver",
        "paper",
        "cloud",
        "harbour",
    ];

    /// <summary>Queries of which each finds some documents of <see cref="Corpus"/>.</summary>
    public static IReadOnlyList<object> Queries { get; } =
    [
        .. Words.Select(word => new
        {
            query = word,
            limit = 50,
            total = true,
            rerank = "never",
            cache = false,
        }),
        .. Words
            .Zip(Words.Skip(3))
            .Select(pair => new
            {
                query = $"{pair.First} {pair.Second}",
                mode = "lexical",
                limit = 50,
                cache = false,
            }),
        .. Words
            .Zip(Words.Skip(5))
            .Select(pair => new
            {
                query = $"{pair.First} {pair.Second}",
                mode = "dense",
                limit = 50,
                cache = false,
            }),
        new
        {
            query = "river",
            filter = new { field = "kind", eq = 3 },
            facets = new[] { new { field = "kind" } },
            rerank = "never",
            cache = false,
        },
    ];

    /// <summary>Documents of a few common words, with many equal scores; some have several chunks.</summary>
    public static object[] Corpus(int count, int seed = 7)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => new
                {
                    // Neither in the order of their letters nor of their numbers.
                    id = $"d{i * 7919 % 10007}",
                    title = i % 3 == 0 ? $"{Word()} {Word()}" : null,
                    text = string.Join(". ", Enumerable.Range(0, random.Next(2, i % 10 == 0 ? 60 : 6)).Select(_ => $"{Word()} {Word()}"))
                        + ".",
                    metadata = new { kind = i % 5, tags = new[] { Word(), "ü" } },
                }),
        ];

        string Word() => Words[random.Next(Words.Length)];
    }

    public static async Task FillAsync(this Api api, string name, object[] documents, object? settings = null)
    {
        await api.CreateAsync(name, settings ?? new { language = "english", chunk_tokens = 32 });
        await api.UpsertAsync(name, documents);
        await api.EmbeddedAsync(name);
    }

    /// <summary>The results of every query, as JSON.</summary>
    public static async Task<IReadOnlyList<string>> AnswersAsync(this Api api, string name)
    {
        var answers = new List<string>();
        foreach (var query in Queries)
        {
            var answer = await api.SearchAsync(name, query);
            answers.Add(JsonSerializer.Serialize(answer with { Metadata = null! }, Platform.Json) + answer.Metadata.Total);
        }

        return answers;
    }

    public static Task<HttpResponseMessage> PutAliasAsync(this Api api, string alias, string? collection) =>
        api.Http.PutAsJsonAsync($"/api/v1/aliases/{alias}", new { collection });

    public static Task<HttpResponseMessage> RenameAsync(this Api api, string name, string? to) =>
        api.Http.PostAsJsonAsync($"/api/v1/collections/{name}/rename", new { to });

    public static Task<HttpResponseMessage> CloneAsync(this Api api, string name, string? to) =>
        api.Http.PostAsJsonAsync($"/api/v1/collections/{name}/clone", new { to });

    public static Task<HttpResponseMessage> GetExportAsync(this Api api, string name, string query = "") =>
        api.Http.GetAsync($"/api/v1/collections/{name}/export{query}");

    public static async Task<string> ExportAsync(this Api api, string name, string query = "")
    {
        using var response = await api.GetExportAsync(name, query);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync();
    }

    public static Task<HttpResponseMessage> PostImportAsync(this Api api, string name, string lines) =>
        api.Http.PostAsync($"/api/v1/collections/{name}/import", new StringContent(lines, Encoding.UTF8, "application/x-ndjson"));

    public static async Task<ImportResult> ImportAsync(this Api api, string name, string lines) =>
        await Api.ReadAsync<ImportResult>(await api.PostImportAsync(name, lines));

    public static string[] Lines(string export) => export.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>An export of the lines with a trailer that fits them.</summary>
    public static string Seal(IReadOnlyList<string> lines)
    {
        var body = string.Concat(lines.Select(line => line + "\n"));
        var sum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)));
        return body + $$"""{"end":true,"documents":{{lines.Count - 1}},"chunks":0,"sha256":"{{sum}}"}""" + "\n";
    }

    /// <summary>A line with changes.</summary>
    public static string With(string line, Action<JsonObject> change)
    {
        var json = JsonNode.Parse(line)!.AsObject();
        change(json);
        return json.ToJsonString();
    }
}
