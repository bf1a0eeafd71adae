using EmbedPlatform.SearchApi.Search.Lexical;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests.Searching;

public sealed class QuerySyntaxTests
{
    [Theory]
    [InlineData("plain words, all of them")]
    [InlineData("a 12\" disk")]
    [InlineData("2*3 and c* and a ** b")]
    [InlineData("empty \"\" and \" - \"")]
    [InlineData("foo*bar foo**")]
    public void Text_without_operators_stays_as_it_is(string query)
    {
        var marks = QuerySyntax.Read(query);

        Assert.Equal((query, query), (marks.Text, marks.Plain));
        Assert.Empty(marks.Phrases);
        Assert.Empty(marks.Prefixes);
    }

    [Fact]
    public void Phrases_and_prefixes_are_distinguished_from_words()
    {
        var marks = QuerySyntax.Read("find \"exact words*\" near comput* or grün*, comput* \"two\"~3");

        Assert.Equal("find exact words* near comput or grün, comput two", marks.Text);
        Assert.Equal([new Phrase("exact words*", 0), new Phrase("two", 3)], marks.Phrases);
        Assert.Equal(["comput", "grün"], marks.Prefixes);
        Assert.Equal(["find", "near", "or", ",", "exact", "words*", "two"], marks.Plain.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }
}
