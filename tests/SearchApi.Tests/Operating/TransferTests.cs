using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using EmbedPlatform.Client.Search;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests.Operating;

public sealed class TransferTests(Platform platform)
{
    private static readonly object Settings = new
    {
        language = "english",
        chunk_tokens = 32,
        text_template = "{title}. {text} ({metadata.kind})",
        fields = new { kind = new { type = "number", facet = true }, tags = new { type = "string" } },
        fusion = "rrf",
        rerank = "never",
    };

    [Fact]
    public async Task An_exported_deleted_and_imported_collection_has_equal_counts_and_answers_without_embedding()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models, ("Ingestion:UpsertBatch", "70"));
        await api.FillAsync("docs", OperatingApi.Corpus(400), Settings);
        var (before, embedded, answers) = (await api.GetAsync("docs"), models.Indexed.Count, await api.AnswersAsync("docs"));
        var export = await api.ExportAsync("docs");
        (await api.Http.DeleteAsync("/api/v1/collections/docs")).EnsureSuccessStatusCode();

        var result = await api.ImportAsync("docs", export);

        var after = await api.GetAsync("docs");
        Assert.Equal((true, 400, 400, 0, 400, 0, 0), Counts(result));
        Assert.Null(result.Reason);
        Assert.True(before.Chunks > 400);
        Assert.Equal((before.Documents, before.Chunks, 0, 0), (after.Documents, after.Chunks, after.Pending, after.Failed));
        Assert.Equal(
            (before.Language, before.ChunkTokens, before.ChunkOverlap, before.TextTemplate, before.Fusion, before.Rerank),
            (after.Language, after.ChunkTokens, after.ChunkOverlap, after.TextTemplate, after.Fusion, after.Rerank)
        );
        Assert.Equal(before.Fields, after.Fields);
        Assert.Equal(answers, await api.AnswersAsync("docs"));
        Assert.Equal(embedded, models.Indexed.Count);
        // But for the version in the header and the checksum over it.
        Assert.Equal(OperatingApi.Lines(export)[1..^1], OperatingApi.Lines(await api.ExportAsync("docs"))[1..^1]);

        var again = await api.ImportAsync("docs", export);
        Assert.Equal((false, 400, 0, 400, 0, 0, 0), Counts(again));
    }

    [Fact]
    public async Task An_unchanged_chunk_of_an_imported_document_is_not_embedded_again()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        var text = string.Join(' ', Enumerable.Range(0, 60).Select(i => $"Sentence {i} has words of its own."));
        await api.FillAsync("docs", [new { id = "long", text }]);
        await api.ImportAsync("copy", await api.ExportAsync("docs"));
        var (embedded, chunks) = (models.Indexed.Count, (await api.GetAsync("copy")).Chunks);

        using var queued = await api.Http.PatchAsJsonAsync(
            "/api/v1/collections/copy/documents/long",
            new { text = text + " One more sentence." }
        );
        await api.EmbeddedAsync("copy");

        Assert.True(chunks > 10);
        Assert.InRange(models.Indexed.Count - embedded, 1, 2);
    }

    [Fact]
    public async Task Two_parts_of_a_resumed_export_equal_a_whole_one()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.FillAsync("docs", OperatingApi.Corpus(450));
        var whole = await api.ExportAsync("docs");
        var lines = OperatingApi.Lines(whole);
        var version = JsonNode.Parse(lines[0])!["version"]!;

        foreach (var arrived in (int[])[1, 199, 200, 201, 449, 450])
        {
            var last = (string)JsonNode.Parse(lines[arrived])!["id"]!;
            var rest = await api.ExportAsync("docs", $"?after={last}&version={version}");

            Assert.Equal(whole, string.Concat(lines.Take(arrived + 1).Select(line => line + "\n")) + rest);
        }
    }

    [Fact]
    public async Task An_export_is_resumed_only_while_the_collection_is_the_same()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.FillAsync("docs", OperatingApi.Corpus(10));
        var version = JsonNode.Parse(OperatingApi.Lines(await api.ExportAsync("docs"))[0])!["version"]!;

        await RefusedAsync(api.GetExportAsync("docs", "?after=d0"), 400, "\"version\":[\"must be the version in the header");
        await RefusedAsync(api.GetExportAsync("docs", $"?version={version}"), 400, "\"after\":[\"must be the id of the last document");
        await RefusedAsync(api.GetExportAsync("docs", $"?after=no&version={version}"), 400, "\"after\":[\"is not the id of a document");
        await RefusedAsync(api.GetExportAsync("absent"), 404, "There is no collection");
        await api.UpsertAsync("docs", new { id = "d0", text = "changed" });
        await RefusedAsync(api.GetExportAsync("docs", $"?after=d0&version={version}"), 409, "export it from the beginning");
    }

    [Fact]
    public async Task An_export_is_the_collection_at_one_moment_whatever_is_written_meanwhile()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await ApiProcess.StartAsync(await platform.NewDatabaseAsync(), platform.Redis.ConnectionString, models);
        (await api.Http.PutAsJsonAsync("/api/v1/collections/docs", new { })).EnsureSuccessStatusCode();
        // More than the buffers between the service and a reader that does not read.
        var text = string.Join(' ', Enumerable.Range(0, 2000).Select(i => $"word{i % 50}"));
        var documents = Enumerable.Range(0, 2000).Select(i => $$"""{"id":"d{{i}}","text":"{{text}} {{i}}"}""");
        using var stored = await api.Http.PostAsync(
            "/api/v1/collections/docs/documents",
            new StringContent(string.Join('\n', documents), Encoding.UTF8, "application/x-ndjson")
        );
        stored.EnsureSuccessStatusCode();
        using var response = await api.Http.GetAsync("/api/v1/collections/docs/export", HttpCompletionOption.ResponseHeadersRead);

        using var deleted = await api.Http.PostAsJsonAsync(
            "/api/v1/collections/docs/documents/delete",
            new { ids = Enumerable.Range(1000, 1000).Select(i => $"d{i}") }
        );
        deleted.EnsureSuccessStatusCode();

        var export = await response.Content.ReadAsStringAsync();
        Assert.Equal(2002, OperatingApi.Lines(export).Length);
        using var imported = await api.Http.PostAsync(
            "/api/v1/collections/copy/import",
            new StringContent(export, Encoding.UTF8, "application/x-ndjson")
        );
        Assert.Equal(2000, (await Api.ReadAsync<ImportResult>(imported)).Written);
    }

    [Fact]
    public async Task A_cut_or_changed_export_is_an_error_that_says_what_is_committed_and_the_whole_one_completes_it()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models, ("Ingestion:UpsertBatch", "10"));
        await api.FillAsync("docs", OperatingApi.Corpus(40));
        var export = await api.ExportAsync("docs");
        var lines = OperatingApi.Lines(export);

        await RefusedAsync(
            api.PostImportAsync("copy", string.Join('\n', lines[..26])),
            422,
            "The export ends after line 26 without a trailer: it was cut. 25 of the 25 documents read are committed and stay."
        );
        Assert.Equal(25, (await api.GetAsync("copy")).Documents);
        await RefusedAsync(
            api.PostImportAsync("copy", string.Join('\n', lines[..^2].Append(lines[^1]))),
            422,
            "The trailer counts 40 documents, and the export has 39. 39 of the 39"
        );
        await RefusedAsync(
            api.PostImportAsync("copy", export.Replace("\"kind\": 3", "\"kind\": 4", StringComparison.Ordinal)),
            422,
            "The checksum in the trailer is not that of the lines: the export was changed. 40 of the 40"
        );
        await RefusedAsync(api.PostImportAsync("copy", export + lines[2]), 422, "Line 43 follows the trailer");

        var whole = await api.ImportAsync("copy", export);

        Assert.Equal(0, whole.ErrorCount);
        Assert.Equal(await api.AnswersAsync("docs"), await api.AnswersAsync("copy"));
    }

    [Fact]
    public async Task A_bad_line_is_one_error_with_its_number_and_the_others_are_stored()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.FillAsync("docs", [.. OperatingApi.Corpus(9).Take(9)]);
        var lines = OperatingApi.Lines(await api.ExportAsync("docs"))[..^1];
        var zeros = Convert.ToBase64String(new byte[64 * sizeof(float)]);
        lines[1] = "{\"id\":";
        lines[2] = OperatingApi.With(lines[2], json => json["text"] = " ");
        lines[3] = OperatingApi.With(lines[3], json => json["chunks"]![0]!["vector"] = "AAAA");
        lines[4] = OperatingApi.With(lines[4], json => json["chunks"]![0]!["vector"] = Convert.ToBase64String(new byte[8]));
        lines[5] = OperatingApi.With(lines[5], json => json["chunks"]![0]!["vector"] = zeros);
        lines[6] = OperatingApi.With(lines[6], json => json["chunks"]![0]!.AsObject().Remove("hash"));
        lines[7] = OperatingApi.With(lines[7], json => json["chunks"] = 5);

        var result = await api.ImportAsync("copy", OperatingApi.Seal(lines));

        Assert.Equal((true, 9, 2, 0, 2, 0, 7), Counts(result));
        Assert.Equal(
            [
                (2, null, "The line is not valid JSON."),
                (3, "text", "must not be blank"),
                (4, "chunks[0].vector", "must be base64 of little-endian float32"),
                (5, "chunks[0].vector", "is a vector of 2 numbers instead of 64"),
                (6, "chunks[0].vector", "is a vector of zeros"),
                (7, "chunks[0].hash", "must be base64"),
                (8, "chunks", "must be an array"),
            ],
            result.Errors.Select(error => (error.Line, error.Field, error.Reason))
        );
        Assert.Equal(2, (await api.GetAsync("copy")).Documents);
    }

    [Fact]
    public async Task A_body_that_is_no_export_is_refused_and_creates_nothing()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.FillAsync("docs", OperatingApi.Corpus(2));
        var lines = OperatingApi.Lines(await api.ExportAsync("docs"));
        string Header(Action<JsonObject> change) => OperatingApi.With(lines[0], change);

        await RefusedAsync(api.PostImportAsync("copy", ""), 400, "\"body\":[\"is empty");
        await RefusedAsync(api.PostImportAsync("copy", "no json"), 400, "\"format\":[\"The first line must be the header of an export");
        await RefusedAsync(api.PostImportAsync("copy", lines[1]), 400, "\"format\":[");
        await RefusedAsync(api.PostImportAsync("copy", Header(json => json["format_version"] = 2)), 400, "\"format_version\":[\"must be 1");
        await RefusedAsync(api.PostImportAsync("copy", Header(json => json.Remove("settings"))), 400, "\"settings\":[");
        await RefusedAsync(
            api.PostImportAsync("copy", Header(json => json["settings"]!["model"] = "unknown")),
            400,
            "\"model\":[\"EmbedService does not serve this model"
        );
        await RefusedAsync(api.PostImportAsync("Not a name", lines[0]), 400, "\"name\":[\"must be 1 to 63");
        await RefusedAsync(
            api.Http.PostAsync("/api/v1/collections/copy/import", new StringContent(lines[0], Encoding.UTF8, "text/plain")),
            415,
            "\"status\":415"
        );
        Assert.Equal(HttpStatusCode.NotFound, (await api.Http.GetAsync("/api/v1/collections/copy")).StatusCode);
    }

    [Theory]
    [InlineData("""{"model":"other","chunk_tokens":32}""", "model is other instead of bag")]
    [InlineData("""{"chunk_tokens":48}""", "chunk_tokens is 48 instead of 32; chunk_overlap is 6 instead of 4")]
    [InlineData("""{"chunk_tokens":32,"text_template":"{text}"}""", "text_template is {text} instead of {title}\n{text}")]
    [InlineData("""{"chunk_tokens":32,"index":{"type":"vector"}}""", "index.type is vector instead of halfvec")]
    public async Task A_collection_with_another_model_or_chunking_embeds_the_documents_and_says_why(string settings, string reason)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.FillAsync("docs", OperatingApi.Corpus(20));
        var export = await api.ExportAsync("docs");
        await api.CreateAsync("copy", JsonNode.Parse(settings));
        var embedded = models.Indexed.Count;

        var result = await api.ImportAsync("copy", export);
        await api.EmbeddedAsync("copy");

        Assert.Equal((false, 20, 20, 0, 0, 20, 0), Counts(result));
        Assert.Equal($"The collection differs from the export: {reason}.", result.Reason);
        Assert.True(models.Indexed.Count >= embedded + 20);
        Assert.Equal((20, 0), ((await api.GetAsync("copy")).Documents, (await api.GetAsync("copy")).Failed));
    }

    [Fact]
    public async Task Documents_that_wait_to_be_embedded_are_exported_without_vectors_and_embedded_after_the_import()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.FillAsync("docs", [new { id = "a", text = "some words" }]);
        models.Hold = new TaskCompletionSource();
        await api.UpsertAsync("docs", new { id = "a", text = "changed words" }, new { id = "b", text = "other words" });

        var result = await api.ImportAsync("copy", await api.ExportAsync("docs"));
        models.Hold.SetResult();
        models.Hold = null;
        await api.EmbeddedAsync("copy");

        Assert.Equal((true, 2, 2, 0, 0, 2, 0), Counts(result));
        Assert.Equal(2, (await api.GetAsync("copy")).Chunks);
    }

    [Fact]
    public async Task An_import_that_was_killed_completes_when_it_is_repeated()
    {
        await using var models = await ModelServer.StartAsync();
        var database = await platform.NewDatabaseAsync();
        await using var api = await Api.StartAsync(database, platform.Redis.ConnectionString, models);
        await api.FillAsync("docs", OperatingApi.Corpus(600));
        var (export, answers, embedded) = (await api.ExportAsync("docs"), await api.AnswersAsync("docs"), models.Indexed.Count);
        await using var killed = await ApiProcess.StartAsync(
            database,
            platform.Redis.ConnectionString,
            models,
            ("Ingestion:UpsertBatch", "10")
        );
        using var rest = new SlowContent(export);
        var importing = killed.Http.PostAsync("/api/v1/collections/copy/import", rest);
        await Eventually.TrueAsync(
            async () =>
                (await api.Http.GetAsync("/api/v1/collections/copy")).IsSuccessStatusCode && (await api.GetAsync("copy")).Documents > 50,
            "some documents are committed"
        );

        await killed.KillAsync();

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => importing);
        var half = (await api.GetAsync("copy")).Documents;
        var repeated = await api.ImportAsync("copy", export);
        Assert.InRange(half, 51, 599);
        Assert.Equal((false, 600, 600 - half, half, 600 - half, 0, 0), Counts(repeated));
        Assert.Equal(answers, await api.AnswersAsync("copy"));
        Assert.Equal(embedded, models.Indexed.Count);
    }

    [Fact]
    public async Task The_vector_index_is_built_when_an_import_is_through()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models, ("Ingestion:IndexThreshold", "20"), ("Ingestion:UpsertBatch", "10"));
        await api.FillAsync("docs", OperatingApi.Corpus(600));
        using var export = new SlowContent(await api.ExportAsync("docs"));

        var importing = api.Http.PostAsync("/api/v1/collections/copy/import", export);
        await Eventually.TrueAsync(
            async () =>
                (await api.Http.GetAsync("/api/v1/collections/copy")).IsSuccessStatusCode && (await api.GetAsync("copy")).Documents > 50,
            "more than the threshold are committed"
        );
        // Ten times the interval of the indexer.
        await Task.Delay(1000);
        var during = await api.GetAsync("copy");
        using var imported = await importing;

        Assert.True(imported.IsSuccessStatusCode);
        Assert.True(during.Documents < 600 && during.IndexPending, $"{during.Documents} documents, pending: {during.IndexPending}");
        await Eventually.TrueAsync(async () => !(await api.GetAsync("copy")).IndexPending, "the index is built");
    }

    [Fact]
    public async Task An_import_belongs_to_the_callers_tenant()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.As("acme").FillAsync("docs", OperatingApi.Corpus(5));

        await api.As("globex").ImportAsync("docs", await api.As("acme").ExportAsync("docs"));
        await api.As("globex").UpsertAsync("docs", new { id = "more", text = "words" });

        Assert.Equal((5, 6), ((await api.As("acme").GetAsync("docs")).Documents, (await api.As("globex").GetAsync("docs")).Documents));
        Assert.Equal(HttpStatusCode.NotFound, (await api.Http.GetAsync("/api/v1/collections/docs")).StatusCode);
    }

    private static (bool, long, long, long, long, long, long) Counts(ImportResult result) =>
        (result.Created, result.Documents, result.Written, result.Unchanged, result.Taken, result.Queued, result.ErrorCount);

    private static async Task RefusedAsync(Task<HttpResponseMessage> request, int status, string detail)
    {
        using var response = await request;
        var body = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == status, $"{(int)response.StatusCode}: {body}");
        Assert.Contains(detail, body);
    }

    /// <summary>Lines that are sent one by one, with a pause after each.</summary>
    private sealed class SlowContent : HttpContent
    {
        private readonly string _lines;

        public SlowContent(string lines)
        {
            _lines = lines;
            Headers.ContentType = new("application/x-ndjson");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            foreach (var line in OperatingApi.Lines(_lines))
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"));
                await stream.FlushAsync();
                await Task.Delay(5);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
