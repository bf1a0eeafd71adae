using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Search.Lexical;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests.Browsing;

public sealed class ExclusionTests(Platform platform)
{
    [Theory]
    [InlineData("e-mail from GPT-4")]
    [InlineData("one - two -- three --four")]
    [InlineData("ends with - ")]
    [InlineData("(-word) and x:-word")]
    [InlineData("a -\"\" -\" - \" -")]
    [InlineData("a -12\" disk")]
    public void A_hyphen_elsewhere_than_before_a_word_has_no_meaning(string query)
    {
        var syntax = QuerySyntax.Read(query);

        Assert.Empty(syntax.Exclusions);
        Assert.Equal(query, syntax.Text);
    }

    [Fact]
    public void Excluded_words_and_phrases_are_not_part_of_the_query()
    {
        var syntax = QuerySyntax.Read("-first word -e-mail, -\"two words\"~2 \"a -b phrase\" begin* -last");

        Assert.Equal(["first", "e-mail,", "\"two words\"~2", "last"], syntax.Exclusions.Select(exclusion => exclusion.Text));
        Assert.Equal([null, null, new Phrase("two words", 2), null], syntax.Exclusions.Select(exclusion => exclusion.Phrase));
        Assert.Equal([new Phrase("a -b phrase", 0)], syntax.Phrases);
        Assert.Equal(["word", "a", "-b", "phrase", "begin"], syntax.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("kettle -electric", "steel stove mail")]
    [InlineData("kettle -stoves", "steel electric mail")]
    [InlineData("kettle -\"stove top\"", "steel electric mail")]
    [InlineData("kettle -\"top stove\"", "steel stove electric mail")]
    [InlineData("kettle -\"top stove\"~2", "steel electric mail")]
    [InlineData("kettle -email", "steel stove electric")]
    [InlineData("kettle -e-mail", "steel stove electric")]
    [InlineData("kettle -the", "steel stove electric mail")]
    [InlineData("kettle -STEEL -electric", "stove mail")]
    [InlineData("kettle -nowhere", "steel stove electric mail")]
    [InlineData("\"electric kettle\" -stove", "electric")]
    [InlineData("-kettle", "spoon")]
    [InlineData("-kettle -\"wooden spoon\"", "")]
    public async Task No_hit_of_any_leg_contains_an_excluded_word_or_phrase(string query, string expected)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await StartAsync(models);

        foreach (var mode in (string[])["lexical", "hybrid"])
        {
            var found = await api.SearchAsync(
                "c",
                new
                {
                    query,
                    mode,
                    rerank = "never",
                    total = true,
                    filter = query[0] == '-' ? null : new { field = "kind", eq = "kettle" },
                }
            );

            Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(), found.Results.Select(hit => hit.Id).Order());
            Assert.Equal(found.Results.Count, found.Metadata.Total);
            Assert.Equal(QuerySyntax.Read(query).Exclusions.Select(exclusion => exclusion.Text), found.Metadata.Excluded);
            Assert.Equal(query[0] == '-', found.Metadata.Mode == SearchMode.Browse);
        }
    }

    [Fact]
    public async Task In_dense_mode_a_query_is_plain_text()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await StartAsync(models);

        var found = await api.SearchAsync("c", new { query = "kettle -electric", mode = "dense" });

        Assert.Contains("electric", found.Results.Select(hit => hit.Id));
        Assert.Null(found.Metadata.Excluded);
    }

    private async Task<Api> StartAsync(ModelServer models)
    {
        var api = await platform.StartAsync(models);
        await api.CreateAsync("c");
        await api.UpsertAsync(
            "c",
            Document("steel", "a steel kettle", "kettle"),
            Document("stove", "a stove top kettle", "kettle"),
            Document("electric", "an electric kettle", "kettle"),
            Document("mail", "a kettle by e-mail", "kettle"),
            Document("spoon", "a wooden spoon", "spoon")
        );
        await api.EmbeddedAsync("c");
        return api;
    }

    private static object Document(string id, string text, string kind) =>
        new
        {
            id,
            text,
            metadata = new { kind },
        };
}
