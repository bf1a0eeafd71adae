using System.Net;
using System.Net.Http.Json;
using EmbedPlatform.Client.Search;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests.Searching;

/// <summary>Words as people type them, over HTTP and PostgreSQL.</summary>
public sealed class WordTests(Platform platform)
{
    [Fact]
    public async Task Words_are_found_as_people_type_them()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models, ("Ingestion:Workers", "0"));
        await api.CreateAsync("c");
        await api.UpsertAsync(
            "c",
            new { id = "generic", text = "Use List<Customer> or Dictionary<string, Invoice>" },
            new { id = "cve", text = "CVE-2026-2332 affects the parser" },
            new { id = "gpt3", text = "GPT-3 was first" },
            new { id = "gpt4", text = "GPT-4 came next" },
            new { id = "nfd", text = "cafe\u0301 bru\u0302le\u0301e" },
            new { id = "chinese", text = "我们在北京大学学习机器学习算法" },
            new { id = "thai", text = "โรงพยาบาลเปิดทุกวัน" },
            new { id = "path", text = "see https://example.com/path/invoice-2024.pdf and /etc/nginx/nginx.conf" },
            new { id = "node", text = "runs on node.js, mail bob@example.org" },
            new { id = "naive", text = "a naïve approach" },
            new { id = "width", text = "ＡＢＣ and co\u00ADoperation" },
            new { id = "emoji", text = "let us party 🎉" },
            new { id = "sharp", text = "written in C#" }
        );

        foreach (
            var (query, id) in ((string, string)[])
                [
                    ("Customer", "generic"),
                    ("2332", "cve"),
                    ("CVE-2026-2332", "cve"),
                    ("cve20262332", "cve"),
                    ("GPT 4", "gpt4"),
                    ("gpt4", "gpt4"),
                    ("brûlée", "nfd"),
                    ("cafe", "nfd"),
                    ("北京", "chinese"),
                    ("机器学习", "chinese"),
                    ("北", "chinese"),
                    ("โรงพยาบาล", "thai"),
                    ("invoice-2024.pdf", "path"),
                    ("nginx.conf", "path"),
                    ("node", "node"),
                    ("bob", "node"),
                    ("bob@example.org", "node"),
                    ("naive", "naive"),
                    ("abc", "width"),
                    ("cooperation", "width"),
                    ("🎉", "emoji"),
                    ("C#", "sharp"),
                ]
        )
        {
            var found = await api.SearchAsync("c", new { query, mode = "lexical" });

            Assert.True(found.Results.FirstOrDefault()?.Id == id, $"{query}: {string.Join(", ", found.Results.Select(hit => hit.Id))}");
        }
    }

    [Fact]
    public async Task Turkish_capitals_match_their_small_letters()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models, ("Ingestion:Workers", "0"));
        await api.CreateAsync("c", new { language = "turkish" });
        await api.UpsertAsync("c", new { id = "1", text = "Iğdır ışık" });

        foreach (var query in (string[])["IĞDIR", "IŞIK", "ığdır", "ışık"])
        {
            Assert.Single((await api.SearchAsync("c", new { query, mode = "lexical" })).Results);
        }
    }

    [Fact]
    public async Task A_phrase_includes_its_stop_words()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c");
        await api.UpsertAsync(
            "c",
            new { id = "hamlet", text = "To be or not to be" },
            new { id = "other", text = "nothing here, to be sure" },
            new
            {
                id = "day",
                title = "Soup",
                text = "The soup of the day is pea.",
            },
            new { id = "my", text = "soup in my day" }
        );
        await api.EmbeddedAsync("c");

        foreach (var mode in (string[])["hybrid", "lexical"])
        {
            Assert.Equal(["hamlet"], await IdsAsync("\"to be or not to be\"", mode));
            Assert.Equal(["day"], await IdsAsync("\"soup of the day\"", mode));
            Assert.Equal(["hamlet", "other"], (await IdsAsync("\"to be\"", mode)).Order());
        }

        async Task<IEnumerable<string>> IdsAsync(string query, string mode) =>
            (await api.SearchAsync("c", new { query, mode })).Results.Select(hit => hit.Id);
    }

    [Fact]
    public async Task Slop_allows_words_in_between()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models, ("Ingestion:Workers", "0"));
        await api.CreateAsync("c");
        await api.UpsertAsync(
            "c",
            new { id = "near", text = "red wine glasses" },
            new { id = "far", text = "red wine in very old glasses" },
            new { id = "turned", text = "glasses red" }
        );

        Assert.Equal(["near"], await IdsAsync("\"red glasses\"~1"));
        Assert.Equal(["near", "turned"], await IdsAsync("\"red glasses\"~2"));
        Assert.Equal(["far", "near", "turned"], await IdsAsync("\"red glasses\"~4"));

        async Task<IEnumerable<string>> IdsAsync(string query) =>
            (await api.SearchAsync("c", new { query, mode = "lexical" })).Results.Select(hit => hit.Id).Order();
    }

    [Fact]
    public async Task Accents_are_ignored_unless_the_collection_keeps_them()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models, ("Ingestion:Workers", "0"));
        await api.CreateAsync("folded");
        await api.CreateAsync("exact", new { fold_accents = false });
        foreach (var collection in (string[])["folded", "exact"])
        {
            await api.UpsertAsync(collection, new { id = "plain", text = "a resume" }, new { id = "accents", text = "a résumé" });
        }

        Assert.Equal(["plain", "accents"], await IdsAsync("folded", "resume"));
        Assert.Equal(["accents", "plain"], await IdsAsync("folded", "résumé"));
        Assert.Equal(["accents", "plain"], (await IdsAsync("folded", "\"a resume\"")).Order());
        Assert.Equal(["plain"], await IdsAsync("exact", "resume"));
        Assert.Equal(["accents"], await IdsAsync("exact", "résumé"));
        Assert.False((await api.GetAsync("exact")).FoldAccents);

        async Task<IEnumerable<string>> IdsAsync(string collection, string query) =>
            (await api.SearchAsync(collection, new { query, mode = "lexical" })).Results.Select(hit => hit.Id);
    }

    [Fact]
    public async Task Highlights_escape_the_text_and_mark_what_the_index_matched()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models, ("Ingestion:Workers", "0"));
        await api.CreateAsync("c");
        await api.UpsertAsync(
            "c",
            new
            {
                id = "html",
                title = "<img src=x onerror=alert(1)> invoice",
                text = "&lt;b&gt; <em>literal</em> 🎉 invoices 5 < 6",
            },
            new { id = "chinese", text = "我们在北京大学学习" }
        );

        var html = (
            await SearchAsync(
                new
                {
                    query = "invoice",
                    mode = "lexical",
                    highlight = true,
                }
            )
        ).Results[0];
        var own = (
            await SearchAsync(
                new
                {
                    query = "invoice",
                    mode = "lexical",
                    highlight = new
                    {
                        pre_tag = "[",
                        post_tag = "]",
                        escape = false,
                        offsets = true,
                    },
                }
            )
        ).Results[0];
        var chinese = (
            await SearchAsync(
                new
                {
                    query = "北京大学",
                    mode = "lexical",
                    highlight = true,
                }
            )
        ).Results[0];

        Assert.Equal("&lt;img src=x onerror=alert(1)&gt; <em>invoice</em>", Assert.Single(html.Highlights!["title"]));
        Assert.Equal(
            "&amp;lt;b&amp;gt; &lt;em&gt;literal&lt;/em&gt; 🎉 <em>invoices</em> 5 &lt; 6",
            Assert.Single(html.Highlights["text"])
        );
        Assert.Null(html.HighlightOffsets);
        Assert.Equal("&lt;b&gt; <em>literal</em> 🎉 [invoices] 5 < 6", Assert.Single(own.Highlights!["text"]));
        var range = Assert.Single(own.HighlightOffsets!["text"]);
        Assert.Equal("invoices", own.Text![range.Start..range.End]);
        Assert.Equal("我们在<em>北京大学</em>学习", Assert.Single(chinese.Highlights!["text"]));

        Task<SearchResponse> SearchAsync(object request) => api.SearchAsync("c", request);
    }

    [Theory]
    [InlineData("""{"query":"a","highlight":"yes"}""", "highlight")]
    [InlineData("""{"query":"a","highlight":{"pre":"<b>"}}""", "highlight")]
    [InlineData("""{"query":"a","highlight":{"fragments":11}}""", "highlight.fragments")]
    public async Task An_invalid_highlight_is_refused_by_name(string body, string field)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartWithDocumentsAsync(models);

        var answer = await api.Http.PostAsync(
            new Uri("/api/v1/collections/c/search", UriKind.Relative),
            new StringContent(body, System.Text.Encoding.UTF8, "application/json")
        );

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(field, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Analyze_shows_the_terms_of_a_text_with_their_offsets()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c");

        var answer = await api.Http.PostAsJsonAsync("/api/v1/collections/c/analyze", new { text = "the nginx.conf files" });
        var analyzed = await Api.ReadAsync<AnalyzeResponse>(answer);

        Assert.Equal(("english", true), (analyzed.Language, analyzed.FoldAccents));
        Assert.Equal(
            [
                new AnalyzedToken("the", "stop_word", 0, 3, 0),
                new AnalyzedToken("nginx", "word", 4, 9, 1),
                new AnalyzedToken("conf", "word", 10, 14, 2),
                new AnalyzedToken("nginx.conf", "compound", 4, 14, 1),
                new AnalyzedToken("file", "word", 15, 20, 3),
            ],
            analyzed.Tokens
        );
        var blank = await api.Http.PostAsJsonAsync("/api/v1/collections/c/analyze", new { text = " " });
        Assert.Equal(HttpStatusCode.BadRequest, blank.StatusCode);
    }

    [Fact]
    public async Task A_language_that_does_not_exist_is_refused_with_the_list()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);

        var answer = await api.Http.PutAsJsonAsync("/api/v1/collections/c", new { language = "klingon" });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("must be one of: arabic, armenian", await answer.Content.ReadAsStringAsync());
    }
}
