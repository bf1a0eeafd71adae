using System.Security.Cryptography;
using System.Text;
using EmbedPlatform.Client.Embedding;
using EmbedPlatform.SearchApi.Collections;

namespace EmbedPlatform.SearchApi.Ingestion;

/// <summary>A chunk with its vector.</summary>
/// <param name="Hash">A hash of the embedded text.</param>
/// <param name="Vector">The embedding; null if the stored chunk already has it.</param>
/// <param name="Known">The row of the stored chunk with the same embedded text; null for a new chunk.</param>
internal sealed record EmbeddedChunk(string Text, byte[] Hash, float[]? Vector, long? Known)
{
    /// <summary>The hash of the vector as the model returned it; null if this is that vector.</summary>
    public long? VectorHash { get; init; }
}

/// <summary>The embedding of a document.</summary>
/// <param name="Chunks">Its chunks, in order.</param>
/// <param name="Fault">The reason why it cannot be stored; null if it can.</param>
internal sealed record EmbeddedDocument(IReadOnlyList<EmbeddedChunk> Chunks, string? Fault);

/// <summary>EmbedService runs a different model than the collection's; their vectors must not be mixed.</summary>
internal sealed class ModelMismatchException(string message) : Exception(message)
{
    /// <summary>Throws if a response does not belong to a space.</summary>
    public static void Check(EmbeddingSpace space, EmbedResponse answer, int texts)
    {
        CheckModel(space, answer, texts);
        if (answer.Embeddings.Any(vector => vector.Length != space.Dimension || vector.Any(x => !float.IsFinite(x))))
        {
            throw new ModelMismatchException("EmbedService returned vectors that do not match its model information");
        }
    }

    /// <summary>Throws if the tokens come from a different model than the space's.</summary>
    public static void CheckModel(EmbeddingSpace space, TokenizeResponse answer)
    {
        if (answer.Model != space.Model || answer.Revision != space.Revision)
        {
            throw new ModelMismatchException(
                $"EmbedService runs {answer.Model} ({answer.Revision}); the collection has vectors of {space.Model} ({space.Revision})"
            );
        }
    }

    /// <summary>Throws if the response comes from a different model than the space's; vectors are not validated.</summary>
    public static void CheckModel(EmbeddingSpace space, EmbedResponse answer, int texts)
    {
        if (answer.Model != space.Model || answer.Revision != space.Revision || answer.Dimension != space.Dimension)
        {
            throw new ModelMismatchException(
                $"EmbedService runs {answer.Model} ({answer.Revision}, {answer.Dimension} dimensions); "
                    + $"the collection has vectors of {space.Model} ({space.Revision}, {space.Dimension} dimensions)"
            );
        }

        if (answer.Embeddings.Count != texts || answer.Inputs.Count != texts)
        {
            throw new ModelMismatchException($"EmbedService returned {answer.Embeddings.Count} vectors for {texts} texts");
        }
    }
}

/// <summary>
/// Chunks documents and embeds the chunks that have no vector yet. No text is lost: a chunk that the model truncated is halved and
/// embedded again.
/// </summary>
internal sealed class DocumentEmbedder(IEmbedClient client, TokenOffsetReader tokens, EmbeddedChunkStore store)
{
    private const int TextsPerRequest = 128;

    /// <summary>Returns the chunks of each document, in order.</summary>
    /// <param name="items">Documents of collections with the same embedding space.</param>
    public async Task<IReadOnlyList<EmbeddedDocument>> EmbedAsync(IReadOnlyList<WorkItem> items, CancellationToken cancellationToken)
    {
        var space = items[0].Collection.Space;
        var known = await store.LoadAsync(space, [.. items.Select(item => item.DocumentId)], cancellationToken);
        var texts = items.Select(Cuttable.Of).ToList();
        var uncertain = texts.SelectMany(text => text.Uncertain()).ToList();
        var places = uncertain.Count > 0 ? await tokens.FindAsync(space, uncertain, cancellationToken) : TokenOffsets.None;
        var pieces = texts.SelectMany((text, owner) => Cut(text, owner, places)).ToList();
        var results = new List<Done>(pieces.Count);
        await EmbedAsync(items, space, known, pieces, results, cancellationToken);
        var byOwner = results.ToLookup(done => done.Owner);
        return
        [
            .. items.Select(
                (_, owner) =>
                    new EmbeddedDocument(
                        [.. byOwner[owner].OrderBy(done => done.Place, PlaceOrder.Instance).Select(done => done.Chunk)],
                        byOwner[owner].Select(done => done.Fault).FirstOrDefault(fault => fault is not null)
                    )
            ),
        ];
    }

    private static IEnumerable<Piece> Cut(Cuttable text, int owner, TokenOffsets places)
    {
        var (head, sections, collection) = (text.Head, text.Sections, text.Collection);
        var above = head.Length == 0 ? 0 : places.Count(head);
        var room = Math.Max(collection.ChunkTokens - places.Added - above, collection.ChunkTokens / 4);
        var overlap = Math.Min(collection.ChunkOverlap, room / 2);
        return sections
            .SelectMany(section => Chunker.Split(section, room, overlap, places.Starts.GetValueOrDefault(section)))
            .Select((chunk, i) => new Piece(owner, [i], head, chunk));
    }

    private async Task EmbedAsync(
        IReadOnlyList<WorkItem> items,
        EmbeddingSpace space,
        EmbeddedChunks known,
        IEnumerable<Piece> pieces,
        List<Done> done,
        CancellationToken cancellationToken
    )
    {
        var missing = new List<Piece>();
        foreach (var piece in pieces)
        {
            var hash = piece.Hash();
            if (known.Take(items[piece.Owner].DocumentId, hash) is { } chunk)
            {
                done.Add(new Done(piece.Owner, piece.Place, new EmbeddedChunk(piece.Text, hash, null, chunk), null));
            }
            else
            {
                missing.Add(piece);
            }
        }

        var halves = new List<Piece>();
        foreach (var part in missing.Chunk(TextsPerRequest))
        {
            var request = new EmbedRequest([.. part.Select(piece => piece.Input)], "document", "bulk") { Model = space.Model };
            var answer = await client.EmbedAsync(request, cancellationToken);
            ModelMismatchException.CheckModel(space, answer, part.Length);
            for (var i = 0; i < part.Length; i++)
            {
                var piece = part[i];
                if (answer.Inputs[i].Truncated && Chunker.Halve(piece.Text) is var (first, second))
                {
                    halves.Add(piece with { Text = first, Place = [.. piece.Place, 0] });
                    halves.Add(piece with { Text = second, Place = [.. piece.Place, 1] });
                    continue;
                }

                var chunk = new EmbeddedChunk(piece.Text, piece.Hash(), answer.Embeddings[i], null);
                var fault = VectorValidator.Fault(answer.Embeddings[i], space.Dimension);
                done.Add(new Done(piece.Owner, piece.Place, chunk, fault is null ? null : $"the model returned {fault}"));
            }
        }

        if (halves.Count > 0)
        {
            await EmbedAsync(items, space, known, halves, done, cancellationToken);
        }
    }

    /// <summary>A document before chunking.</summary>
    /// <param name="Head">The text repeated before every chunk.</param>
    /// <param name="Sections">The parts to chunk separately.</param>
    private sealed record Cuttable(string Head, IReadOnlyList<string> Sections, WorkCollection Collection)
    {
        public static Cuttable Of(WorkItem item)
        {
            var (collection, (head, body)) = (item.Collection, item.Text);

            // The head must leave room for the chunk's own text; a head that is too long is chunked with the rest.
            if (Chunker.Estimate(head) > collection.ChunkTokens / 3)
            {
                (head, body) = (string.Empty, head + body);
            }

            return new Cuttable(head, collection.Settings.SplitsAtHeadings ? MarkdownSections.Split(body) : [body], collection);
        }

        /// <summary>The texts, with their head, that may exceed a chunk by a conservative estimate.</summary>
        public IEnumerable<string> Uncertain()
        {
            var above = Chunker.Estimate(Head) + TokenOffsets.None.Added;
            string[] uncertain =
            [
                .. Sections.Where(section =>
                    above + Chunker.Estimate(section) > Collection.ChunkTokens && !string.IsNullOrWhiteSpace(section)
                ),
            ];
            return uncertain.Length > 0 && !string.IsNullOrWhiteSpace(Head) ? [.. uncertain, Head] : uncertain;
        }
    }

    // Place is a path, so that two halves sort where their whole was.
    private sealed record Piece(int Owner, int[] Place, string Head, string Text)
    {
        public string Input => Head + Text;

        public byte[] Hash() => SHA256.HashData(Encoding.UTF8.GetBytes(Input));
    }

    private sealed record Done(int Owner, int[] Place, EmbeddedChunk Chunk, string? Fault);

    private sealed class PlaceOrder : IComparer<int[]>
    {
        public static readonly PlaceOrder Instance = new();

        public int Compare(int[]? x, int[]? y) => x.AsSpan().SequenceCompareTo(y);
    }
}
