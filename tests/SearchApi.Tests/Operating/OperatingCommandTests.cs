using System.IO.Compression;
using System.Net.Http.Json;
using System.Text.Json;
using EmbedPlatform.Client.Search;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests.Operating;

/// <summary><c>embedctl collections</c>, <c>export</c> and <c>import</c>, as processes, against SearchApi behind a real port.</summary>
public sealed class OperatingCommandTests(Platform platform) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("docs.ndjson")]
    [InlineData("docs.ndjson.gz")]
    public async Task A_file_that_was_cut_is_continued_to_the_same_bytes_and_imported(string name)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await StartAsync(models);
        var (whole, file) = (Path.Combine(_folder.FullName, "whole"), Path.Combine(_folder.FullName, name));

        var first = await RunAsync(api, "export", "docs", "-o", whole);
        var bytes = await File.ReadAllBytesAsync(whole);
        await WriteAsync(file + ".part", bytes[..(bytes.Length * 2 / 3)], cut: 40);
        var resumed = await RunAsync(api, "export", "docs", "-o", file, "--resume");
        var again = await RunAsync(api, "export", "docs", "-o", file, "--resume");
        var imported = await RunAsync(api, "import", file, "-c", "copy");
        var repeated = await RunAsync(api, "import", file, "-c", "copy");

        Assert.All((CommandOutput[])[first, resumed, again, imported, repeated], run => Assert.True(run.Code == 0, run.All));
        Assert.Contains("docs: 60 documents and ", resumed.Output);
        Assert.Contains("checksum verified", resumed.Output);
        Assert.Equal(bytes, await ReadAsync(file));
        Assert.Equal([name, "whole"], _folder.GetFiles().Select(found => found.Name).Order(StringComparer.Ordinal));
        Assert.Contains("copy: 60 documents in ", imported.Output);
        Assert.Contains("60 written (60 with their vectors, 0 to be embedded), 0 unchanged", imported.Output);
        Assert.Contains("0 written (0 with their vectors, 0 to be embedded), 60 unchanged", repeated.Output);
    }

    [Fact]
    public async Task A_cut_or_changed_file_is_refused_before_anything_is_sent()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await StartAsync(models);
        var file = Path.Combine(_folder.FullName, "docs");
        await RunAsync(api, "export", "docs", "-o", file);
        var lines = await File.ReadAllLinesAsync(file);

        await File.WriteAllLinesAsync(file, lines[..20]);
        var cut = await RunAsync(api, "import", file, "-c", "copy");
        await File.WriteAllLinesAsync(file, lines.Select((line, i) => i == 5 ? line.Replace('e', 'a') : line));
        var changed = await RunAsync(api, "import", file, "-c", "copy");
        await File.WriteAllLinesAsync(file, lines[1..]);
        var headless = await RunAsync(api, "import", file, "-c", "copy");
        var absent = await RunAsync(api, "import", file + ".absent", "-c", "copy");
        var nothing = await RunAsync(api, "import");

        Assert.Equal((1, $"embedctl: {file} ends after 19 of 60 documents without a trailer: it was cut"), (cut.Code, cut.Error));
        Assert.Equal((1, $"embedctl: {file} was changed: its checksum is not that of its trailer"), (changed.Code, changed.Error));
        Assert.Equal((1, $"embedctl: {file} is not an export"), (headless.Code, headless.Error));
        Assert.Equal((1, $"embedctl: there is no file {file}.absent"), (absent.Code, absent.Error));
        Assert.Equal(2, nothing.Code);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await api.Http.GetAsync("/api/v1/collections/copy")).StatusCode);
    }

    [Fact]
    public async Task A_part_of_a_collection_that_has_changed_is_not_continued()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await StartAsync(models);
        var file = Path.Combine(_folder.FullName, "docs");
        await RunAsync(api, "export", "docs", "-o", file);
        var bytes = await File.ReadAllBytesAsync(file);
        File.Delete(file);
        await File.WriteAllBytesAsync(file + ".part", bytes[..(bytes.Length / 2)]);
        using var changed = await api.Http.DeleteAsync("/api/v1/collections/docs/documents/d0");

        var refused = await RunAsync(api, "export", "docs", "-o", file, "--resume");
        var whole = await RunAsync(api, "export", "docs", "-o", file);

        Assert.Equal(1, refused.Code);
        Assert.Contains("export it from the beginning", refused.Error);
        Assert.True(whole.Code == 0, whole.All);
        Assert.Contains("docs: 59 documents", whole.Output);
    }

    [Fact]
    public async Task Without_a_file_the_lines_go_to_standard_output()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await StartAsync(models);

        var run = await RunAsync(api, "export", "docs");

        Assert.True(run.Code == 0, run.All);
        Assert.Equal(await api.Http.GetStringAsync("/api/v1/collections/docs/export"), run.Output);
    }

    [Fact]
    public async Task All_collections_and_aliases_of_a_tenant_move_in_a_folder()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await StartAsync(models);
        var folder = Path.Combine(_folder.FullName, "all");
        await RunAsync(api, "collections", "clone", "docs", "more");
        await RunAsync(api, "collections", "alias", "live", "more");

        var exported = await RunAsync(api, "export", "--all", folder);
        var imported = await RunAsync(api, "import", "--all", folder, "--tenant", "acme");
        var aliases = await RunAsync(api, "collections", "alias", "--tenant", "acme", "--json");
        File.Delete(Path.Combine(folder, "manifest.json"));
        var refused = await RunAsync(api, "import", "--all", folder, "--tenant", "globex");

        Assert.True(exported.Code == 0, exported.All);
        Assert.EndsWith($"2 collections and 1 aliases are in {folder}\n", exported.Output);
        Assert.True(imported.Code == 0, imported.All);
        Assert.EndsWith("2 collections and 1 aliases were imported\n", imported.Output);
        Assert.Equal("more", JsonDocument.Parse(aliases.Output).RootElement[0].GetProperty("collection").GetString());
        Assert.Equal(
            (1, $"embedctl: {folder} has no manifest.json: it is not a whole export of all collections"),
            (refused.Code, refused.Error)
        );
    }

    [Fact]
    public async Task Collections_are_created_shown_renamed_cloned_and_deleted()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await StartAsync(models);

        var created = await RunAsync(api, "collections", "create", "notes", "--language", "german", "--chunk-tokens", "48");
        var alias = await RunAsync(api, "collections", "alias", "live", "notes");
        var renamed = await RunAsync(api, "collections", "rename", "notes", "articles");
        var cloned = await RunAsync(api, "collections", "clone", "docs", "copy");
        var listed = await RunAsync(api, "collections", "list");
        var shown = await RunAsync(api, "collections", "show", "live", "--json");
        var kept = await RunAsync(api, "collections", "delete", "copy");
        var deleted = await RunAsync(api, "collections", "delete", "copy", "--yes");
        var absent = await RunAsync(api, "collections", "show", "copy");
        var aliased = await RunAsync(api, "collections", "delete", "articles", "--yes");
        var ended = await RunAsync(api, "collections", "alias", "live", "--delete");
        var wrong = await RunAsync(api, "collections", "alias", "live");

        Assert.Contains("language       german", created.Output);
        Assert.Equal("live is now notes\n", alias.Output);
        Assert.Equal("notes is now articles\n", renamed.Output);
        Assert.Equal("copy is a copy of docs with 60 documents\n", cloned.Output);
        Assert.Matches(@"articles +0 +0 +0 +bag +live", listed.Output);
        Assert.Matches(@"copy +60 +\d+ +0 +bag", listed.Output);
        Assert.Equal("articles", JsonDocument.Parse(shown.Output).RootElement.GetProperty("name").GetString());
        Assert.Equal((1, "embedctl: all documents of copy would be lost: confirm with --yes"), (kept.Code, kept.Error));
        Assert.Equal((0, "deleted copy\n"), (deleted.Code, deleted.Output));
        Assert.Equal((1, "embedctl: there is no collection copy"), (absent.Code, absent.Error));
        Assert.Equal(1, aliased.Code);
        Assert.Contains("\"articles\" is the collection of \"live\"", aliased.Error);
        Assert.Equal((0, "deleted live\n"), (ended.Code, ended.Output));
        Assert.Equal(2, wrong.Code);
    }

    [Fact]
    public async Task Files_are_ingested_through_an_alias()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await StartAsync(models);
        await RunAsync(api, "collections", "alias", "live", "docs");
        var file = Path.Combine(_folder.FullName, "more.jsonl");
        await File.WriteAllTextAsync(file, """{"id":"more","text":"words"}""");

        var run = await RunAsync(api, "ingest", file, "-c", "live");

        Assert.True(run.Code == 0, run.All);
        Assert.Equal(61, (await api.Http.GetFromJsonAsync<Collection>("/api/v1/collections/docs", Platform.Json))!.Documents);
    }

    private async Task<ServiceProcess> StartAsync(ModelServer models)
    {
        var api = await ApiProcess.StartAsync(await platform.NewDatabaseAsync(), platform.Redis.ConnectionString, models);
        using var made = await api.Http.PutAsJsonAsync("/api/v1/collections/docs", new { chunk_tokens = 32 });
        made.EnsureSuccessStatusCode();
        using var stored = await api.Http.PostAsJsonAsync(
            "/api/v1/collections/docs/documents",
            new { documents = OperatingApi.Corpus(60) },
            Platform.Json
        );
        stored.EnsureSuccessStatusCode();
        await Eventually.TrueAsync(
            async () => (await api.Http.GetFromJsonAsync<Collection>("/api/v1/collections/docs", Platform.Json))!.Pending == 0,
            "docs is embedded"
        );
        return api;
    }

    private static async Task<CommandOutput> RunAsync(ServiceProcess api, params string[] arguments)
    {
        var (code, output, error) = await Programs.RunAsync(
            "dotnet",
            [Repository.Built("Cli", "embedctl.dll"), .. arguments, "--search-url", api.Http.BaseAddress!.AbsoluteUri]
        );
        return new CommandOutput(code, output, error.Trim());
    }

    private static async Task WriteAsync(string path, byte[] bytes, int cut)
    {
        if (!path.EndsWith(".gz.part", StringComparison.Ordinal))
        {
            await File.WriteAllBytesAsync(path, bytes);
            return;
        }

        using var packed = new MemoryStream();
        await using (var zip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await zip.WriteAsync(bytes);
        }

        await File.WriteAllBytesAsync(path, packed.ToArray()[..^cut]);
    }

    private static async Task<byte[]> ReadAsync(string path)
    {
        if (!path.EndsWith(".gz", StringComparison.Ordinal))
        {
            return await File.ReadAllBytesAsync(path);
        }

        await using var zip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        await zip.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private sealed record CommandOutput(int Code, string Output, string Error)
    {
        public string All => Output + Error;
    }
}
