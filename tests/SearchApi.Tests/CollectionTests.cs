using System.Net;
using System.Net.Http.Json;
using System.Text;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Ingestion;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests;

public sealed class CollectionTests(Platform platform)
{
    [Theory]
    [InlineData("""{"text_template":"{title"}""", "text_template")]
    [InlineData("""{"text_template":"no field"}""", "text_template")]
    [InlineData("""{"text_template":"{ }"}""", "text_template")]
    [InlineData("""{"chunk_by":"page"}""", "chunk_by")]
    [InlineData("""{"chunk_tokens":4}""", "chunk_tokens")]
    [InlineData("""{"chunk_tokens":65}""", "chunk_tokens")]
    [InlineData("""{"chunk_tokens":32,"chunk_overlap":17}""", "chunk_overlap")]
    [InlineData("""{"model":" "}""", "model")]
    [InlineData("""{"model":"unheard-of"}""", "model")]
    [InlineData("""{"index":{"type":"bit"}}""", "index.type")]
    [InlineData("""{"index":{"m":1}}""", "index.m")]
    [InlineData("""{"index":{"m":70}}""", "index.ef_construction")]
    [InlineData("""{"fields":{"year":{"type":"date"}}}""", "fields.year.type")]
    [InlineData("""{"fields":{"year":{}}}""", "fields.year.type")]
    [InlineData("""{"language":"klingon"}""", "language")]
    [InlineData("""{"weights":{"dense":-1}}""", "weights.dense")]
    [InlineData("""{"weights":{"rerank":101}}""", "weights.rerank")]
    [InlineData("""{"rerank_depth":0}""", "rerank_depth")]
    public async Task An_invalid_setting_is_a_400_that_names_it_and_creates_nothing(string settings, string field)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);

        var response = await api.Http.PutAsync("/api/v1/collections/c", new StringContent(settings, Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains($"\"{field}\":[", await response.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await api.Http.GetAsync("/api/v1/collections/c")).StatusCode);
    }

    [Fact]
    public async Task Settings_that_need_re_indexing_cannot_be_changed_and_declared_fields_can()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        var settings = new
        {
            model = "other",
            text_template = "{title}: {text}",
            chunk_by = "heading",
            chunk_tokens = 32,
            index = new
            {
                type = "vector",
                m = 8,
                ef_construction = 100,
            },
            fields = new { year = new { type = "number", facet = true } },
        };
        var made = await api.CreateAsync("c", settings);
        var again = await api.CreateAsync("c", settings);

        Assert.Equal(("other", "{title}: {text}", "heading"), (made.Model, made.TextTemplate, made.ChunkBy));
        Assert.Equal(
            new IndexSettings
            {
                Type = "vector",
                M = 8,
                EfConstruction = 100,
            },
            again.Index
        );
        Assert.Equal(
            new FieldSettings
            {
                Type = "number",
                Filterable = true,
                Facet = true,
            },
            again.Fields!["year"]
        );
        foreach (
            var (field, change) in new (string, object)[]
            {
                ("model", new { model = "bag" }),
                ("text_template", new { text_template = "{text}" }),
                ("chunk_by", new { chunk_by = "sentence" }),
                ("chunk_tokens", new { chunk_tokens = 40 }),
                ("language", new { language = "german" }),
                ("index.type", new { index = new { type = "halfvec" } }),
                ("index.m", new { index = new { m = 9 } }),
            }
        )
        {
            var refused = await api.Http.PutAsJsonAsync("/api/v1/collections/c", change, Platform.Json);
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
            Assert.Contains($"\"{field}\":[", await refused.Content.ReadAsStringAsync());
        }

        var changed = await api.CreateAsync("c", new { fields = new { colour = new { type = "string" } } });
        Assert.Equal(["colour"], changed.Fields!.Keys);
        Assert.Equal(["colour"], (await api.GetAsync("c")).Fields!.Keys);
        Assert.Null((await api.CreateAsync("c", new { fields = new { } })).Fields);
    }

    [Fact]
    public async Task Ranking_settings_of_a_collection_can_be_set_changed_and_removed()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);

        var made = await api.CreateAsync(
            "c",
            new
            {
                weights = new { lexical = 1, dense = 0.5 },
                fusion = "rrf",
                rerank = "never",
                rerank_depth = 50,
            }
        );
        var put = await api.CreateAsync("c", new { rerank = "always" });
        var patched = await api.PatchAsync(
            "c",
            new { weights = new { dense = 2, rerank = 1 }, fields = new { year = new { type = "number" } } }
        );
        var response = await api.Http.PatchAsync(
            "/api/v1/collections/c",
            new StringContent(
                """{"weights":{"lexical":null},"fusion":null,"rerank":null,"rerank_depth":null}""",
                Encoding.UTF8,
                "application/merge-patch+json"
            )
        );

        Assert.Equal(
            (new LegWeights { Lexical = 1, Dense = 0.5 }, FusionMode.Rrf, RerankMode.Never, 50),
            (made.Weights, made.Fusion, made.Rerank, made.RerankDepth)
        );
        Assert.Equal((made.Weights, FusionMode.Rrf, RerankMode.Always, 50), (put.Weights, put.Fusion, put.Rerank, put.RerankDepth));
        Assert.Equal(
            (
                new LegWeights
                {
                    Lexical = 1,
                    Dense = 2,
                    Rerank = 1,
                },
                RerankMode.Always
            ),
            (patched.Weights, patched.Rerank)
        );
        Assert.Equal(["year"], patched.Fields!.Keys);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await api.Http.PatchAsJsonAsync("/api/v1/collections/none", new { rerank = "never" }, Platform.Json)).StatusCode
        );
        var left = await api.GetAsync("c");
        Assert.Equal(
            (new LegWeights { Dense = 2, Rerank = 1 }, null, null, null),
            (left.Weights, left.Fusion, left.Rerank, left.RerankDepth)
        );
        Assert.Equal(["year"], left.Fields!.Keys);
    }

    [Theory]
    [InlineData("""{"model":"other"}""", "model")]
    [InlineData("""{"chunk_tokens":32}""", "chunk_tokens")]
    [InlineData("""{"weight":{"dense":1}}""", "weight")]
    [InlineData("""{"weights":{"dens":1}}""", "weights.dens")]
    [InlineData("""{"weights":{"dense":"1"}}""", "weights.dense")]
    [InlineData("""{"weights":{"dense":1000}}""", "weights.dense")]
    [InlineData("""{"fusion":"magic"}""", "fusion")]
    [InlineData("""{"rerank":"sometimes"}""", "rerank")]
    [InlineData("""{"rerank_depth":1001}""", "rerank_depth")]
    [InlineData("""{"rerank_depth":"all"}""", "rerank_depth")]
    [InlineData("""[]""", "body")]
    public async Task A_wrong_change_is_a_400_that_names_it_and_changes_nothing(string patch, string field)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c", new { rerank = "never" });

        var response = await api.Http.PatchAsync("/api/v1/collections/c", new StringContent(patch, Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains($"\"{field}\":[", await response.Content.ReadAsStringAsync());
        var left = await api.GetAsync("c");
        Assert.Equal((null, null, RerankMode.Never, null), (left.Weights, left.Fusion, left.Rerank, left.RerankDepth));
    }

    [Theory]
    [InlineData("halfvec")]
    [InlineData("vector")]
    public async Task Documents_are_found_by_the_fields_that_the_template_renders(string type)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync(
            "c",
            new
            {
                language = "simple",
                text_template = "{name}. {summary} by {author.name}",
                index = new { type },
            }
        );
        var result = await api.UpsertAsync(
            "c",
            new
            {
                id = "1",
                metadata = new
                {
                    name = "Alpha",
                    summary = "a red boat",
                    author = new { name = "Ada" },
                },
            },
            new { id = "2", metadata = new { name = "Beta", summary = "a green car" } },
            new
            {
                id = "3",
                title = "ignored",
                metadata = new { other = 1 },
            }
        );
        await api.EmbeddedAsync("c");

        Assert.Equal((2, "metadata"), (result.Written, Assert.Single(result.Errors).Field));
        Assert.Equal(["Alpha. a red boat by Ada", "Beta. a green car by"], models.Indexed.Order());
        foreach (var mode in (string[])["lexical", "dense"])
        {
            Assert.Equal("1", (
                    await api.SearchAsync(
                        "c",
                        new
                        {
                            query = "ada boat",
                            mode,
                            rerank = "never",
                        }
                    )
                ).Results[0].Id);
        }
    }

    [Fact]
    public async Task Metadata_of_another_type_than_declared_is_refused_by_name()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync(
            "c",
            new
            {
                fields = new
                {
                    year = new { type = "number" },
                    day = new { type = "datetime" },
                    tags = new { type = "string" },
                    live = new { type = "boolean" },
                },
            }
        );

        var result = await api.UpsertAsync(
            "c",
            new
            {
                id = "good",
                text = "x",
                metadata = new
                {
                    year = 1999,
                    day = "2024-02-29T10:00:00Z",
                    tags = new[] { "a", "b" },
                    live = true,
                    free = 1,
                },
            },
            new
            {
                id = "year",
                text = "x",
                metadata = new { year = "1999" },
            },
            new
            {
                id = "day",
                text = "x",
                metadata = new { day = "2023-02-29" },
            },
            new
            {
                id = "tags",
                text = "x",
                metadata = new { tags = new object[] { "a", 1 } },
            },
            new
            {
                id = "live",
                text = "x",
                metadata = new { live = "yes" },
            }
        );

        Assert.Equal(1, result.Written);
        Assert.Equal(["metadata.year", "metadata.day", "metadata.tags", "metadata.live"], result.Errors.Select(error => error.Field));
    }

    [Theory]
    [InlineData("{title}. {text}", "T", "body", "T. ", "body")]
    [InlineData("{title}. {text}", null, "body", "", "body")]
    [InlineData("{title}\n{text} ({year})", "T", "body", "T\n", "body (1999)")]
    [InlineData("{{{title}}} {tags}", "T", "body", "", "{T} a, b")]
    [InlineData("{a.b}{metadata.title}", null, "body", "", "deepmeta")]
    public void A_template_renders_fields_and_omits_absent_ones(string template, string? title, string text, string head, string body)
    {
        var metadata = System.Text.Json.JsonSerializer.SerializeToElement(
            new
            {
                year = 1999,
                tags = new[] { "a", "b" },
                a = new { b = "deep" },
                title = "meta",
            }
        );

        Assert.Equal(new SearchText(head, body), TextTemplate.Parse(template).Render(title, text, metadata));
    }

    [Fact]
    public void Sections_begin_with_their_headings_and_code_has_none()
    {
        var text = "intro\n# One\ntext\n```\n# no heading\n```\n## Two\n#hashtag\n\n# Three";

        Assert.Equal(["intro\n", "# One\ntext\n```\n# no heading\n```\n", "## Two\n#hashtag\n\n", "# Three"], MarkdownSections.Split(text));
    }

    [Fact]
    public async Task Chunks_by_heading_never_mix_two_sections()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c", new { chunk_by = "heading" });
        await api.UpsertAsync(
            "c",
            new
            {
                id = "1",
                title = "Guide",
                text = "# Install\nRun it.\n\n# Use\nAsk it.",
            }
        );
        await api.EmbeddedAsync("c");

        Assert.Equal(["Guide\n# Install\nRun it.", "Guide\n# Use\nAsk it."], models.Indexed.Order());
    }
}
