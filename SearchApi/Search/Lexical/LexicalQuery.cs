namespace EmbedPlatform.SearchApi.Search.Lexical;

/// <summary>A query as weighted terms.</summary>
/// <param name="Terms">The terms that occur in the collection.</param>
/// <param name="Weights">Each term's idf times its frequency in the query.</param>
/// <param name="Frequencies">Each term's document frequency.</param>
/// <param name="AverageLength">The mean length of the collection's documents, in terms.</param>
internal sealed record LexicalQuery(string[] Terms, double[] Weights, long[] Frequencies, double AverageLength)
{
    /// <summary>The terms' posting lists, if they are cached.</summary>
    public PostingList[]? Postings { get; init; }

    /// <summary>The query reduced to its first terms.</summary>
    public LexicalQuery First(int count) => new(Terms[..count], Weights[..count], Frequencies[..count], AverageLength);

    /// <summary>A tsquery that matches any of the terms; empty without terms.</summary>
    public string ToTsQuery() =>
        string.Join(
            " | ",
            Terms.Select(term => $"'{term.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'")
        );
}
