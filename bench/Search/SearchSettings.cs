namespace EmbedPlatform.Bench.Search;

/// <summary>The measured platform and the options of <c>embedctl bench search</c>.</summary>
internal sealed record SearchSettings
{
    public required Uri Search { get; init; }
    public required Uri Embed { get; init; }

    /// <summary>The connection string of SearchApi's database.</summary>
    public required string Database { get; init; }

    public required string Collection { get; init; }
    public int Queries { get; init; }
    public int Clients { get; init; }
    public int Requests { get; init; }
    public int Recall { get; init; }
    public int Seed { get; init; }
}
