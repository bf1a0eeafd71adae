using System.Security.Cryptography;
using System.Text;
using EmbedPlatform.Client.Embedding;
using EmbedPlatform.SearchApi.Collections;

namespace EmbedPlatform.SearchApi.Ingestion;

/// <summary>A chunk with its vector.</summary>
/// <param name="Text">The text of the chunk.</param>
/// <param name="Hash">Identifies what was embedded.</param>
/// <param name="Vector">The embedding.</param>
internal sealed record EmbeddedChunk(string Text, byte[] Hash, float[] Vector);

/// <summary>EmbedService answers with another model than the collection was made with; its vectors must not be mixed in.</summary>
internal sealed class ModelMismatchException(string message) : Exception(message)
{
    /// <summary>Throws where an answer does not belong into a space.</summary>
    public static void Check(EmbeddingSpace space, EmbedResponse answer, int texts)
    {
        if (answer.Model != space.Model || answer.Revision != space.Revision || answer.Dimension != space.Dimension)
        {
            throw new ModelMismatchException(
                $"EmbedService runs {answer.Model} ({answer.Revision}, {answer.Dimension} numbers); the collection has vectors of {space.Model} ({space.Revision}, {space.Dimension})");
        }

        if (answer.Embeddings.Count != texts || answer.Inputs.Count != texts
            || answer.Embeddings.Any(vector => vector.Length != space.Dimension || vector.Any(x => !float.IsFinite(x))))
        {
            throw new ModelMismatchException("EmbedService answered with vectors that are not what it announces");
        }
    }
}

/// <summary>Cuts documents into chunks and embeds them. No text is lost: a chunk that the model truncated is halved and embedded again.</summary>
internal sealed class DocumentEmbedder(IEmbedClient client)
{
    private const int TextsPerRequest = 128;
    private const int SpecialTokens = 2;

    /// <summary>The chunks of each document, in order.</summary>
    /// <param name="items">Documents of collections with the same embedding space.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<IReadOnlyList<IReadOnlyList<EmbeddedChunk>>> EmbedAsync(IReadOnlyList<WorkItem> items, CancellationToken cancellationToken)
    {
        var pieces = items.SelectMany((item, owner) => Chunks(item).Select(text => new Piece(owner, text))).ToList();
        var done = await EmbedAsync(items, pieces, cancellationToken);
        return [.. items.Select((_, owner) => (IReadOnlyList<EmbeddedChunk>)[.. done.Where(d => d.Owner == owner).Select(d => d.Chunk)])];
    }

    private static IReadOnlyList<string> Chunks(WorkItem item)
    {
        var title = TitleOf(item);
        var room = item.Collection.ChunkTokens - SpecialTokens - Chunker.Estimate(title);
        return Chunker.Split(item.Text, room, Math.Min(item.Collection.ChunkOverlap, room / 2));
    }

    // Every chunk is embedded under its document's title, unless that would leave the chunk too little room.
    private static string? TitleOf(WorkItem item) =>
        item.Title is { } title && Chunker.Estimate(title) <= item.Collection.ChunkTokens / 3 ? title : null;

    private static string Input(WorkItem item, string chunk) => TitleOf(item) is { } title ? $"{title}\n{chunk}" : chunk;

    private async Task<List<(int Owner, EmbeddedChunk Chunk)>> EmbedAsync(
        IReadOnlyList<WorkItem> items, List<Piece> pieces, CancellationToken cancellationToken)
    {
        var done = new List<(int Owner, EmbeddedChunk Chunk)>(pieces.Count);
        foreach (var part in pieces.Chunk(TextsPerRequest))
        {
            var inputs = part.Select(piece => Input(items[piece.Owner], piece.Text)).ToList();
            var answer = await client.EmbedAsync(new EmbedRequest(inputs, "document", "bulk"), cancellationToken);
            ModelMismatchException.Check(items[0].Collection.Space, answer, inputs.Count);
            for (var i = 0; i < part.Length; i++)
            {
                if (answer.Inputs[i].Truncated && Chunker.Halve(part[i].Text) is var (first, second))
                {
                    done.AddRange(await EmbedAsync(items, [part[i] with { Text = first }, part[i] with { Text = second }], cancellationToken));
                    continue;
                }

                var hash = SHA256.HashData(Encoding.UTF8.GetBytes(inputs[i]));
                done.Add((part[i].Owner, new EmbeddedChunk(part[i].Text, hash, answer.Embeddings[i])));
            }
        }

        return done;
    }

    private sealed record Piece(int Owner, string Text);
}
