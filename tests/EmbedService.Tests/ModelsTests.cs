using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Installation;
using EmbedPlatform.Inference.Models.Synthetic;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests;

/// <summary>
/// Several models in one process: USE-lite as the default, and two with random weights of which the budget has room for one.
/// </summary>
[Collection(nameof(ProcessMemoryTests))]
public sealed class ModelsTests : IAsyncLifetime
{
    private readonly TemporaryFolder _models = new();
    private EmbedFixture _service = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        // Installs it where that was not done yet, or skips.
        await using (var alone = new EmbedFixture())
        {
            await alone.InitializeAsync();
        }

        var known = ModelStore.Open(new InferenceOptions());
        var tokenizer = known.Find("use-lite")!.TokenizerPath;
        foreach (var name in (string[])["one", "two"])
        {
            var shape = new TransformerShape(name, "bert", 10_000, 1024, 1, 2, 8192, 128, 2, 1e-12f);
            await SyntheticModel.WriteAsync(shape, tokenizer, Path.Combine(_models.Path, $"synthetic--{name}"), Token);
        }

        _service = new EmbedFixture(
            ("Inference:ModelsRoot", string.Join(';', [.. known.Roots, _models.Path])),
            ("Inference:MemoryMegabytes", "250"),
            ("Inference:Aliases:quick", "synthetic/two")
        );
        await _service.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _models.Dispose();
    }

    [Fact]
    public async Task Models_are_loaded_by_name_and_evicted_by_last_use_and_named_in_responses_and_info()
    {
        Assert.Equal(("use-lite", 512), await EmbedAsync(null));
        Assert.Equal(("use-lite", 512), await EmbedAsync("text-embedding-3-small"));
        Assert.Equal(["use-lite"], (await LoadedAsync()).Keys);

        Assert.Equal(("synthetic/one", 1024), await EmbedAsync("synthetic/one"));
        var one = await LoadedAsync();
        Assert.Equal(["synthetic/one", "use-lite"], one.Keys.Order());
        Assert.All(one.Values, bytes => Assert.True(bytes > 25 << 20, $"{bytes}"));

        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(("synthetic/two", 1024), await EmbedAsync("quick"));
            Assert.Equal(("synthetic/one", 1024), await EmbedAsync("synthetic/one"));
        }

        var last = await LoadedAsync();
        Assert.Equal(["synthetic/one", "use-lite"], last.Keys.Order());
        Assert.InRange(last.Values.Sum(), 1, 250L << 20);
    }

    [Fact]
    public async Task A_model_that_is_not_served_is_404_with_the_names_of_those_that_are()
    {
        using var answer = await _service.Http.PostAsJsonAsync("v1/embeddings", new { input = "a", model = "nobody/knows" }, Token);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("synthetic/one", await answer.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Token_ids_go_to_the_model_named_by_id_and_are_ambiguous_with_an_alias()
    {
        using var named = await _service.Http.PostAsJsonAsync(
            "v1/embeddings",
            new { input = new[] { 1, 7999 }, model = "synthetic/one" },
            Token
        );
        using var aliased = await _service.Http.PostAsJsonAsync("v1/embeddings", new { input = new[] { 1, 7999 }, model = "quick" }, Token);

        Assert.Equal(HttpStatusCode.OK, named.StatusCode);
        Assert.Equal("synthetic/one", (await named.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("model").GetString());
        Assert.Equal(HttpStatusCode.BadRequest, aliased.StatusCode);
        Assert.Contains(
            "'quick' does not identify their vocabulary",
            (await aliased.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("error").GetProperty("message").GetString()
        );
    }

    [Fact]
    public async Task Token_ids_of_a_model_do_not_go_to_the_one_that_serves_in_its_place()
    {
        File.Delete(Directory.GetFiles(_models.Path, "*.onnx", SearchOption.AllDirectories).Order().First());
        await using var service = new EmbedFixture(
            ("Inference:ModelsRoot", string.Join(';', [.. ModelStore.Open(new InferenceOptions()).Roots, _models.Path])),
            ("Inference:Model", "synthetic/one"),
            ("Inference:Fallback", "use-lite")
        );
        await service.InitializeAsync();

        using var text = await service.Http.PostAsJsonAsync("api/v1/embed", new { input = "a text" }, Token);
        using var own = await service.Http.PostAsJsonAsync("api/v1/embed", new { input = new[] { 5, 6 } }, Token);
        using var named = await service.Http.PostAsJsonAsync(
            "v1/embeddings",
            new { input = new[] { 5, 6 }, model = "synthetic/one" },
            Token
        );
        using var foreign = await service.Http.PostAsJsonAsync(
            "v1/embeddings",
            new { input = new[] { 9906 }, model = "text-embedding-3-small" },
            Token
        );

        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK],
            [text.StatusCode, own.StatusCode, named.StatusCode, foreign.StatusCode]
        );
        Assert.Equal("use-lite", (await text.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("model").GetString());
        Assert.True(named.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        Assert.Contains("send text", await named.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Info_has_the_fields_of_other_servers_and_the_limits_of_the_process()
    {
        var info = await _service.Http.GetFromJsonAsync<JsonElement>("info", Token);

        Assert.Equal("use-lite", info.GetProperty("model_id").GetString());
        var alone = info.GetProperty("fusion")
            .EnumerateArray()
            .Single(pair => pair.GetProperty("embedder").GetString() == "use-lite" && !pair.TryGetProperty("reranker", out _));
        Assert.Equal(
            (1, 0.5, "score"),
            (alone.GetProperty("lexical").GetDouble(), alone.GetProperty("dense").GetDouble(), alone.GetProperty("method").GetString())
        );
        Assert.Equal(0, info.GetProperty("made_from").GetArrayLength());
        Assert.Equal("float32", info.GetProperty("model_dtype").GetString());
        Assert.Equal("none", info.GetProperty("model_type").GetProperty("embedding").GetProperty("pooling").GetString());
        Assert.Equal(info.GetProperty("max_tokens").GetInt32(), info.GetProperty("max_input_length").GetInt32());
        Assert.Equal(1000, info.GetProperty("max_concurrent_requests").GetInt32());
        Assert.Equal(10_000, info.GetProperty("max_client_batch_size").GetInt32());
        Assert.Equal(256, info.GetProperty("max_batch_tokens").GetInt32());
        Assert.True(info.GetProperty("auto_truncate").GetBoolean());
        Assert.False(info.TryGetProperty("fallback", out _));
        var limits = info.GetProperty("limits");
        Assert.Equal(250L << 20, limits.GetProperty("model_memory_bytes").GetInt64());
        Assert.Equal(Environment.ProcessorCount, limits.GetProperty("processors").GetInt32());
        Assert.True(limits.GetProperty("heap_limit_bytes").GetInt64() > 0);
    }

    private async Task<(string Model, int Dimension)> EmbedAsync(string? model)
    {
        using var response = await _service.Http.PostAsJsonAsync("v1/embeddings", new { input = "a text", model = model ?? "" }, Token);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.True(response.IsSuccessStatusCode, answer.ToString());
        return (answer.GetProperty("model").GetString()!, answer.GetProperty("data")[0].GetProperty("embedding").GetArrayLength());
    }

    private async Task<Dictionary<string, long>> LoadedAsync() =>
        (await _service.Http.GetFromJsonAsync<JsonElement>("info", Token))
            .GetProperty("models")
            .EnumerateArray()
            .Where(model => model.GetProperty("loaded").GetBoolean())
            .ToDictionary(model => model.GetProperty("id").GetString()!, model => model.GetProperty("bytes").GetInt64());
}
