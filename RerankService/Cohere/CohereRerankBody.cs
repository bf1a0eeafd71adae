using EmbedPlatform.Inference.Execution;
using EmbedPlatform.RerankService.Reranking;
using EmbedPlatform.ServiceDefaults.Failures;

namespace EmbedPlatform.RerankService.Cohere;

/// <summary>A rerank request of Cohere's API, version 1 or 2, or of Jina's.</summary>
/// <param name="Model">The model; the default one where absent.</param>
/// <param name="Query">The query.</param>
/// <param name="Documents">The documents: strings, or objects with a <c>text</c> or the fields that <c>rank_fields</c> names.</param>
/// <param name="TopN">How many of the best to return; all where absent or more than there are.</param>
/// <param name="ReturnDocuments">Whether results carry the document; false where absent.</param>
/// <param name="RankFields">The fields of documents that are objects which are ranked, in this order; <c>text</c> where absent.</param>
/// <param name="MaxChunksPerDoc">The most windows of a long document; 10 in version 1 where absent.</param>
/// <param name="MaxTokensPerDoc">The most tokens of a document; 4096 in version 2 where absent.</param>
/// <param name="Priority">0 (the default) is served first; anything above waits in the lane of bulk work.</param>
internal sealed record CohereRerankBody(
    string? Model = null, string? Query = null, IReadOnlyList<CohereDocument>? Documents = null, int? TopN = null, bool? ReturnDocuments = null,
    IReadOnlyList<string?>? RankFields = null, int? MaxChunksPerDoc = null, int? MaxTokensPerDoc = null, int? Priority = null)
{
    private const int Version1Chunks = 10;

    private const int Version2Tokens = 4096;

    private static readonly string[] TextField = ["text"];

    private IReadOnlyList<string> Ranked => RankFields is { Count: > 0 } fields ? (IReadOnlyList<string>)[.. fields.Select(name => name!)] : TextField;

    /// <summary>What is wrong with the body.</summary>
    public FieldErrors Validate(int maxDocuments)
    {
        var errors = new FieldErrors().AddQuery(Query).AddCount("documents", Documents?.Count, maxDocuments);
        errors.AddIf(RankFields?.Any(string.IsNullOrEmpty) == true, "rank_fields", "must be an array of names");
        for (var i = 0; !errors.Any && i < (Documents?.Count ?? 0); i++)
        {
            if (Blank.Is(Documents![i].Ranked(Ranked)))
            {
                AddDocument(errors, $"documents[{i}]", Documents[i]);
            }
        }

        return errors
            .AddPositive("top_n", TopN)
            .AddPositive("max_chunks_per_doc", MaxChunksPerDoc)
            .AddPositive("max_tokens_per_doc", MaxTokensPerDoc)
            .AddIf(Priority < 0, "priority", "must be 0 or more");
    }

    /// <summary>What a valid body asks for: long documents by windows, as far as the version reads them.</summary>
    public RerankQuestion Question(CohereVersion version, RerankServiceOptions options) => new(Query!, [.. Documents!.Select(document => document.Ranked(Ranked)!)])
    {
        Model = Model,
        TopN = TopN,
        Windows = new WindowRules(
            Math.Min(MaxChunksPerDoc ?? (version == CohereVersion.V1 ? Version1Chunks : options.MaxWindows), options.MaxWindows),
            MaxTokensPerDoc ?? (version == CohereVersion.V1 ? null : Version2Tokens)),
        Lane = Priority > 0 ? Lane.Bulk : Lane.Interactive,
    };

    private void AddDocument(FieldErrors errors, string path, CohereDocument document) => errors
        .AddIf(document is { Text: null, Fields: null }, path, "must be a string or an object")
        .AddIf(document.Text is not null, path, "must not be blank")
        .AddIf(document.Fields is not null, path, $"must have text in {string.Join(" or ", Ranked)}");
}

/// <summary>A version of Cohere's API.</summary>
internal enum CohereVersion
{
    /// <summary><c>/v1</c>, and Jina's.</summary>
    V1 = 1,

    /// <summary><c>/v2</c>.</summary>
    V2 = 2,
}
