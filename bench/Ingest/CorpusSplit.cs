using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Bench.Ingest;

/// <summary>Distributes documents over collections.</summary>
internal static class CorpusSplit
{
    /// <summary>Distributes documents over collections in turns.</summary>
    /// <param name="documents">The documents.</param>
    /// <param name="count">How many to distribute. More than there are repeat them with an edition number to keep texts distinct.</param>
    /// <param name="collections">How many collections.</param>
    public static IReadOnlyList<Document>[] Distribute(IReadOnlyList<Document> documents, int count, int collections)
    {
        var dealt = Enumerable.Range(0, collections).Select(_ => new List<Document>((count / collections) + 1)).ToArray();
        for (var i = 0; i < count; i++)
        {
            var (document, round) = (documents[i % documents.Count], i / documents.Count);
            dealt[i % collections]
                .Add(round == 0 ? document : document with { Id = $"{document.Id}#{round}", Text = $"Edition {round}. {document.Text}" });
        }

        return dealt;
    }
}
