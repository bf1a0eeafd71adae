using EmbedPlatform.SearchApi.Analysis;

namespace EmbedPlatform.SearchApi.Search.Typing;

/// <summary>A query before its words are corrected.</summary>
/// <param name="Text">The query as it is typed.</param>
/// <param name="Operators">The parts of the text that mean exactly what they are, such as phrases.</param>
/// <param name="Words">The scored words.</param>
/// <param name="Frequencies">The document frequency of the terms that occur in the collection.</param>
internal sealed record TypedQuery(
    string Text,
    IReadOnlyList<Range> Operators,
    IReadOnlyList<QueryTerm> Words,
    IReadOnlyDictionary<string, long> Frequencies
);
