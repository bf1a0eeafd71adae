using System.Net;
using System.Net.Http.Json;
using EmbedPlatform.Client.Search;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests.Searching;

/// <summary>Mistyped words, over HTTP and PostgreSQL.</summary>
public sealed class TypoTests(Platform platform)
{
    private static readonly object[] Books =
    [
        new { id = "library", text = "a library for parsing" },
        new { id = "programming", text = "programming languages and their translators" },
        new { id = "wine", text = "red wine glasses" },
        new { id = "book", text = "the book of changes" },
        new { id = "cve", text = "CVE-2026-2332 affects the openssl parser" },
    ];

    [Theory]
    [InlineData("libarry", "library")]
    [InlineData("librry", "library")]
    [InlineData("librarry", "library")]
    [InlineData("libraxy", "library")]
    [InlineData("Lirbary", "library")]
    [InlineData("glases", "wine")]
    [InlineData("boko", "book")]
    [InlineData("programmign", "programming")]
    [InlineData("porgrammign", "programming")]
    [InlineData("transaltros", "programming")]
    public async Task A_mistyped_word_finds_the_word_that_is_meant(string query, string id)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await StartAsync(models, Books);

        var found = await api.SearchAsync("c", new { query, mode = "lexical" });

        Assert.Equal([id], found.Results.Select(hit => hit.Id));
        Assert.Equal(query, Assert.Single(found.Metadata.Typos!).Word);
    }

    [Theory]
    [InlineData("wien red", "wine")]
    [InlineData("boo", null)]
    [InlineData("wnie", "wine")]
    [InlineData("rde", null)]
    [InlineData("bxxk", null)]
    [InlineData("lxbxary", null)]
    [InlineData("2333", null)]
    [InlineData("CVE-2025-2333", "cve")]
    [InlineData("openssk-3", null)]
    [InlineData("\"libarry\"", null)]
    [InlineData("libarr*", null)]
    public async Task Short_words_numbers_identifiers_and_operators_mean_what_they_are(string query, string? id)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await StartAsync(models, Books);

        var found = await api.SearchAsync("c", new { query, mode = "lexical" });

        Assert.Equal(id, found.Results.FirstOrDefault()?.Id);
        if (id is null)
        {
            Assert.Null(found.Metadata.Typos);
            Assert.Null(found.Metadata.DidYouMean);
        }
    }

    [Fact]
    public async Task A_request_or_an_option_turns_typo_tolerance_off()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await StartAsync(models, Books);
        await using var off = await platform.StartAsync(models, ("Ingestion:Workers", "0"), ("Search:Typo:Enabled", "false"));
        await off.CreateAsync("c");
        await off.UpsertAsync("c", Books);

        Assert.Empty(
            (
                await SearchAsync(
                    api,
                    new
                    {
                        query = "libarry",
                        mode = "lexical",
                        typo_tolerance = false,
                    }
                )
            ).Results
        );
        Assert.Empty((await SearchAsync(off, new { query = "libarry", mode = "lexical" })).Results);
        Assert.Single(
            (
                await SearchAsync(
                    off,
                    new
                    {
                        query = "libarry",
                        mode = "lexical",
                        typo_tolerance = true,
                    }
                )
            ).Results
        );

        static Task<SearchResponse> SearchAsync(Api api, object request) => api.SearchAsync("c", request);
    }

    [Fact]
    public async Task The_word_as_it_is_typed_ranks_first()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await StartAsync(
            models,
            [
                new { id = "mouse", text = "a mouse" },
                .. Enumerable.Range(0, 60).Select(i => (object)new { id = $"house{i}", text = "house house house" }),
            ]
        );

        var found = await api.SearchAsync("c", new { query = "mouse", mode = "lexical" });

        Assert.Equal("mouse", found.Results[0].Id);
        Assert.Equal(["house"], Assert.Single(found.Metadata.Typos!).Matched);
        Assert.Equal("house", found.Metadata.DidYouMean);
        Assert.Null((await api.SearchAsync("c", new { query = "house", mode = "lexical" })).Metadata.Typos);
    }

    [Fact]
    public async Task Did_you_mean_replaces_the_mistyped_words_of_the_query_and_leaves_the_rest()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await StartAsync(models, Books);

        Assert.Equal("a Library, for \"red wine\" and PROGRAMMING", await MeantAsync("a Libarry, for \"red wine\" and PROGRAMMIGN"));
        Assert.Null(await MeantAsync("a library"));
        Assert.Null(await MeantAsync("zebra"));

        async Task<string?> MeantAsync(string query) => (await api.SearchAsync("c", new { query })).Metadata.DidYouMean;
    }

    [Theory]
    [InlineData("russian", "библиотека для разбора", "библеотека")]
    [InlineData("russian", "библиотека для разбора", "бибилотека")]
    [InlineData("german", "die Straßenbahn fährt über die Brücke", "Strassenbhan")]
    [InlineData("german", "die Straßenbahn fährt über die Brücke", "Brüke")]
    [InlineData("german", "die Straßenbahn fährt über die Brücke", "Burcke")]
    [InlineData("french", "une brûlée à la crème", "crmee")]
    [InlineData("french", "une brûlée à la crème", "brulle")]
    public async Task Words_of_other_alphabets_and_with_accents_are_corrected(string language, string text, string query)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models, ("Ingestion:Workers", "0"));
        await api.CreateAsync("c", new { language });
        await api.UpsertAsync("c", new { id = "1", text }, new { id = "2", text = "zzz" });

        Assert.Equal(["1"], (await api.SearchAsync("c", new { query, mode = "lexical" })).Results.Select(hit => hit.Id));
    }

    [Fact]
    public async Task Chinese_Japanese_and_Korean_are_left_as_they_are()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await StartAsync(
            models,
            [new { id = "zh", text = "我们在北京大学学习机器学习算法" }, new { id = "ko", text = "대한민국 도서관" }]
        );

        var found = await api.SearchAsync("c", new { query = "北亰大学 도사관", mode = "lexical" });

        Assert.Null(found.Metadata.Typos);
        Assert.Equal("zh", found.Results[0].Id);
    }

    [Fact]
    public async Task A_hybrid_search_corrects_words_too_and_highlights_what_it_matched()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c");
        await api.UpsertAsync("c", Books);
        await api.EmbeddedAsync("c");

        var found = await api.SearchAsync(
            "c",
            new
            {
                query = "libarry",
                rerank = "never",
                highlight = true,
            }
        );

        var hit = found.Results.Single(result => result.Id == "library");
        Assert.True(hit.Explain.Lexical!.Score > 0);
        Assert.Contains("<em>library</em>", hit.Highlights!["text"][0]);
        Assert.Equal("library", found.Metadata.DidYouMean);
    }

    [Fact]
    public async Task A_new_word_is_known_to_the_first_search_after_its_write_and_a_deleted_one_is_not()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await StartAsync(models, Books);
        Assert.Empty((await SearchAsync("zebar")).Results);

        await api.UpsertAsync("c", new { id = "zebra", text = "a zebra" });
        Assert.Equal(["zebra"], (await SearchAsync("zebar")).Results.Select(hit => hit.Id));

        await api.Http.DeleteAsync(new Uri("/api/v1/collections/c/documents/zebra", UriKind.Relative));
        var after = await SearchAsync("zebar");
        Assert.Empty(after.Results);
        Assert.Null(after.Metadata.Typos);

        Task<SearchResponse> SearchAsync(string query) => api.SearchAsync("c", new { query, mode = "lexical" });
    }

    [Fact]
    public async Task The_same_search_has_the_same_results_on_another_replica_and_after_a_restart()
    {
        await using var models = await ModelServer.StartAsync();
        var database = await platform.NewDatabaseAsync();
        string[] queries = ["libarry", "programmign langauges", "wien", "parsr chnages"];
        var answers = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            await using var api = await Api.StartAsync(database, platform.Redis.ConnectionString, models, ("Ingestion:Workers", "0"));
            if (i == 0)
            {
                await api.CreateAsync("c");
                await api.UpsertAsync("c", Books);
            }

            foreach (var query in queries)
            {
                var found = await api.SearchAsync(
                    "c",
                    new
                    {
                        query,
                        mode = "lexical",
                        cache = false,
                    }
                );
                answers.Add(
                    string.Join(' ', found.Results.Select(hit => $"{hit.Id} {hit.Score:R}"))
                        + $" {found.Metadata.DidYouMean} {string.Join(',', found.Metadata.Typos!.SelectMany(typo => typo.Matched))}"
                );
            }
        }

        Assert.Equal(queries.Length, answers.Distinct().Count());
    }

    [Fact]
    public async Task A_collection_with_too_many_words_is_searched_without_corrections_which_the_response_says()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models, ("Ingestion:Workers", "0"), ("Search:Typo:DictionaryMegabytes", "1"));
        await api.CreateAsync("c", new { language = "simple" });
        var random = new Random(3);
        foreach (var part in Enumerable.Range(0, 60).Chunk(20))
        {
            await api.UpsertAsync(
                "c",
                [
                    .. part.Select(i =>
                        (object)new { id = $"d{i}", text = string.Join(' ', Enumerable.Range(0, 1_000).Select(_ => Word(random))) }
                    ),
                ]
            );
        }

        await api.UpsertAsync("c", new { id = "library", text = "a library" });

        var found = await api.SearchAsync("c", new { query = "libarry", mode = "lexical" });
        Assert.Empty(found.Results);
        Assert.Contains("Search:Typo:DictionaryMegabytes", found.Metadata.TypingUnavailable);
        var completed = await api.SearchAsync(
            "c",
            new
            {
                query = "librar",
                mode = "lexical",
                prefix = true,
            }
        );
        Assert.Equal(["library"], completed.Results.Select(hit => hit.Id));

        static string Word(Random random) => new([.. Enumerable.Range(0, 12).Select(_ => (char)('a' + random.Next(26)))]);
    }

    [Fact]
    public async Task The_last_word_may_be_unfinished_and_the_finished_one_ranks_first()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await StartAsync(
            models,
            new { id = "lib", text = "lib" },
            new { id = "library", text = "library" },
            new { id = "programming", text = "programming" },
            new { id = "wine", text = "wine library" }
        );

        Assert.Equal("lib", (await IdsAsync("lib", true)).First());
        Assert.Equal(["lib", "library", "wine"], (await IdsAsync("lib", true)).Order());
        Assert.Equal(["programming"], await IdsAsync("programmi", true));
        Assert.Equal("wine", (await IdsAsync("wnie libra", true)).First());
        Assert.Equal(["library", "wine"], (await IdsAsync("lirba", true)).Order());
        Assert.Equal(["lib"], await IdsAsync("lib", false));
        // A space ends a word.
        Assert.Equal(["lib"], await IdsAsync("lib ", true));

        async Task<IEnumerable<string>> IdsAsync(string query, bool prefix) =>
            (
                await api.SearchAsync(
                    "c",
                    new
                    {
                        query,
                        mode = "lexical",
                        prefix,
                    }
                )
            ).Results.Select(hit => hit.Id);
    }

    [Theory]
    [InlineData("typo_tolerance")]
    [InlineData("prefix")]
    public async Task Dense_mode_refuses_what_compares_words(string member)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await StartAsync(models, Books);

        var answer = await api.PostSearchAsync(
            "c",
            new Dictionary<string, object>
            {
                ["query"] = "a",
                ["mode"] = "dense",
                [member] = true,
            }
        );

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains($"\"{member}\"", await answer.Content.ReadAsStringAsync());
    }

    private async Task<Api> StartAsync(ModelServer models, params object[] documents)
    {
        var api = await platform.StartAsync(models, ("Ingestion:Workers", "0"));
        await api.CreateAsync("c");
        await api.UpsertAsync("c", documents);
        return api;
    }
}
