using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Search.Lexical;
using EmbedPlatform.SearchApi.Search.Ranking;
using EmbedPlatform.SearchApi.Search.Typing;

namespace EmbedPlatform.SearchApi.Search.Hits;

/// <summary>Turns candidates into hits.</summary>
internal sealed class HitFactory(HitLoader loader, LexicalSearch lexical)
{
    /// <summary>Returns the hits of the candidates, in order; documents deleted since the search are omitted.</summary>
    /// <param name="words">The query's terms, if they are known.</param>
    /// <param name="typing">How the query's words are read.</param>
    public async Task<List<SearchHit>> MakeAsync(
        CollectionRecord collection,
        string query,
        LexicalQuery? words,
        TypingMode typing,
        HitFields shape,
        IReadOnlyList<Candidate> page,
        CancellationToken cancellationToken
    )
    {
        words ??=
            shape.Highlight is not null || page.Any(candidate => candidate.ChunkId is null)
                ? await lexical.PrepareAsync(collection, QuerySyntax.Read(query) with { Typing = typing }, cancellationToken)
                : null;
        var loaded = page.Count == 0 ? [] : await loader.LoadAsync(collection, words, page, cancellationToken);
        var shown = page.Select(candidate => (Candidate: candidate, Content: loaded.GetValueOrDefault(candidate.DocumentId)))
            .Where(pair => pair.Content is not null)
            .ToList();
        var hits = shown.Select(pair => ToHit(pair.Candidate, pair.Content!, shape)).ToList();
        if (shape.Highlight is not { } highlight)
        {
            return hits;
        }

        var terms = words!.Terms.ToHashSet(StringComparer.Ordinal);
        return [.. hits.Zip(shown, (hit, pair) => Highlighted(collection, hit, pair.Content!, terms, highlight))];
    }

    private static SearchHit Highlighted(
        CollectionRecord collection,
        SearchHit hit,
        HitContent content,
        HashSet<string> terms,
        HighlightRequest request
    )
    {
        var fields = new[] { ("title", content.Title ?? string.Empty), ("text", content.Text) }
            .Select(field => (Name: field.Item1, Marks: Highlighter.Mark(collection.Analyzer, field.Item2, terms, request)))
            .Where(field => field.Marks is not null)
            .ToList();
        return hit with
        {
            Highlights = fields.ToDictionary(field => field.Name, field => field.Marks!.Fragments),
            HighlightOffsets = request.Offsets == true ? fields.ToDictionary(field => field.Name, field => field.Marks!.Ranges) : null,
        };
    }

    private static SearchHit ToHit(Candidate candidate, HitContent content, HitFields shape) =>
        new(
            content.Id,
            candidate.Score,
            shape.Title ? content.Title : null,
            shape.Text ? content.Text : null,
            shape.Select(content.Metadata),
            HitExplanation.From(leg => Explain(candidate[leg]))
        );

    private static LegScore? Explain(CandidateScore leg) => leg.Score is { } score ? new LegScore(leg.Rank, score, leg.Contribution) : null;
}
