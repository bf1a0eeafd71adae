using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.Deploy.Tests;

/// <summary>What `dotnet publish` makes, started as the images start it, with the environment that the compose file gives.</summary>
public sealed class StartAsImageTests(PublishedPrograms programs) : IAsyncLifetime
{
    private static readonly Dictionary<string, string> Nothing = [];

    private readonly TemporaryFolder _folder = new();

    public async ValueTask InitializeAsync() =>
        Assert.SkipUnless(await ImageProcess.IsPossibleAsync(), "needs root and mount namespaces, as a container engine does");

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return default;
    }

    [Fact]
    public async Task EmbedService_starts_without_root_embeds_and_ends_on_SIGTERM()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var redis = await NativeRedisAsync();
        await using var embed = await StartAsync("embed", CopyOfDefaultModel(), Redis(redis));
        Assert.Equal("1654", embed.Status("Uid").Split('\t')[0]);
        Assert.Equal("0000000000000000", embed.Status("CapEff"));
        Assert.Contains(
            " / / ro,",
            await File.ReadAllTextAsync($"/proc/{embed.Program.Id}/mountinfo", cancellation),
            StringComparison.Ordinal
        );

        using var refused = await embed.Http.PostAsJsonAsync("embed", new { text = "a cat sleeps" }, cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        var body = await AskAsync(embed, ImageProcess.ModelsKey, "embed", new { text = "a cat sleeps" });
        Assert.Equal(384, body.GetProperty("dimension").GetInt32());

        Assert.Equal(0, (await ProbeAsync(embed.Port)).Code);
        await embed.Program.TerminateAsync();
        Assert.Equal(0, await embed.Program.EndedAsync());
        var (code, output) = await ProbeAsync(embed.Port);
        Assert.Equal(1, code);
        Assert.Contains($"http://127.0.0.1:{embed.Port}/health", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_three_services_answer_a_search_together_with_the_compose_files_environment()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var postgres = new NativePostgres();
        await postgres.InitializeAsync();
        await using var redis = await NativeRedisAsync();
        await using var embed = await StartAsync("embed", CopyOfDefaultModel(), Redis(redis));
        await using var rerank = await StartAsync("rerank", CopyOfDefaultModel(), Nothing);
        var elsewhere = new Dictionary<string, string>(Redis(redis))
        {
            ["Host=postgres;Port=5432;Username=postgres;Password=postgres-secret;Database=vectors"] = postgres.ConnectionString,
            ["http://embed:8080"] = $"http://127.0.0.1:{embed.Port}",
            ["http://rerank:8080"] = $"http://127.0.0.1:{rerank.Port}",
        };
        await using var search = await StartAsync("search", CopyOfDefaultModel(), elsewhere);

        using var refused = await search.Http.GetAsync("api/v1/collections", cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        using var made = await search.Http.SendAsync(
            new HttpRequestMessage(HttpMethod.Put, "api/v1/collections/notes")
            {
                Content = JsonContent.Create(new { language = "english" }),
                Headers = { Authorization = Key(ImageProcess.SearchKey) },
            },
            cancellation
        );
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync(cancellation));
        await AskAsync(
            search,
            ImageProcess.SearchKey,
            "api/v1/collections/notes/documents",
            new
            {
                documents = new[]
                {
                    new { id = "cats", text = "Cats sleep for most of the day." },
                    new { id = "files", text = "gzip compresses files." },
                },
            }
        );
        var results = (
            await AskAsync(
                search,
                ImageProcess.SearchKey,
                "api/v1/collections/notes/search",
                new { query = "a program that compresses files", limit = 2 }
            )
        ).GetProperty("results");
        Assert.Equal("files", results[0].GetProperty("id").GetString());
    }

    private static async Task<NativeRedis> NativeRedisAsync()
    {
        var redis = new NativeRedis();
        await redis.InitializeAsync();
        return redis;
    }

    // This Redis has no password.
    private static Dictionary<string, string> Redis(NativeRedis redis) =>
        new() { ["cache:6379,password=cache-secret"] = redis.ConnectionString };

    private static AuthenticationHeaderValue Key(string key) => new("Bearer", key);

    private static async Task<JsonElement> AskAsync(ImageProcess service, string key, string route, object body)
    {
        using var question = new HttpRequestMessage(HttpMethod.Post, route)
        {
            Content = JsonContent.Create(body),
            Headers = { Authorization = Key(key) },
        };
        using var answer = await service.Http.SendAsync(question, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    private static async Task<(int Code, string Output)> ProbeAsync(int port)
    {
        var (code, output, error) = await Programs.RunAsync(
            "dotnet",
            [
                Repository.Built(Path.Combine("deploy", "images", "HealthProbe"), "EmbedPlatform.HealthProbe.dll"),
                $"http://127.0.0.1:{port}/health",
            ]
        );
        return (code, output + error);
    }

    private async Task<ImageProcess> StartAsync(string image, string models, IReadOnlyDictionary<string, string> elsewhere) =>
        await ImageProcess.StartAsync(image, await programs.FolderAsync(image, TestContext.Current.CancellationToken), models, elsewhere);

    private string CopyOfDefaultModel()
    {
        const string Model = "all-MiniLM-L6-v2";
        var installed = Repository.PathOf(".data", "models", Model);
        Assert.SkipUnless(Directory.Exists(installed), $"needs {Model} in .data/models (embedctl models pull {Model})");
        var copy = Directory.CreateDirectory(_folder["models", Model]).FullName;
        foreach (var file in Directory.GetFiles(installed))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)), overwrite: true);
        }

        return Path.GetDirectoryName(copy)!;
    }
}
