namespace EmbedPlatform.SearchApi.Search.Lexical;

/// <summary>A query as BM25 reads it.</summary>
/// <param name="Terms">The terms that occur in the collection.</param>
/// <param name="Weights">Each term's idf, times how often the query has it.</param>
/// <param name="Frequencies">In how many documents each term occurs.</param>
/// <param name="AverageLength">The mean length of the collection's documents.</param>
internal sealed record LexicalQuery(string[] Terms, double[] Weights, long[] Frequencies, double AverageLength)
{
    /// <summary>The terms' lists, where they are in memory.</summary>
    public PostingList[]? Postings { get; init; }

    /// <summary>The first terms only.</summary>
    public LexicalQuery First(int count) => new(Terms[..count], Weights[..count], Frequencies[..count], AverageLength);

    /// <summary>The terms as a PostgreSQL tsquery that matches any of them; empty where there are none.</summary>
    public string ToTsQuery() =>
        string.Join(
            " | ",
            Terms.Select(term => $"'{term.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'")
        );
}
