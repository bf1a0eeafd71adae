using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Bench.Ingest;

/// <summary>As many different documents as are asked for.</summary>
internal static class BenchCorpus
{
    /// <summary>Deals documents out to collections by turns.</summary>
    /// <param name="documents">What there is.</param>
    /// <param name="count">How many are wanted; where there are fewer, they come again, each round with words of its own, so that no text comes twice.</param>
    /// <param name="collections">To how many.</param>
    public static IReadOnlyList<Document>[] Deal(IReadOnlyList<Document> documents, int count, int collections)
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
