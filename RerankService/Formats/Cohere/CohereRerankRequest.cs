using EmbedPlatform.Inference.Execution;
using EmbedPlatform.ModelServiceDefaults.Wire;
using EmbedPlatform.RerankService.Reranking;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.RerankService.Formats.Cohere;

/// <summary>A request in the format of Cohere's API, version 1 or 2, or of Jina's.</summary>
/// <param name="Model">The model's name; absent: the default model.</param>
/// <param name="Documents">Strings, or objects with a <c>text</c> or the fields in <c>rank_fields</c>.</param>
/// <param name="TopN">The number of results; absent: all.</param>
/// <param name="ReturnDocuments">Whether results carry the document; default false.</param>
/// <param name="RankFields">The fields of object documents to rank by, in this order; default <c>text</c>.</param>
/// <param name="MaxChunksPerDoc">The most windows of a long document; default in version 1: 10.</param>
/// <param name="MaxTokensPerDoc">The most tokens of a document; default in version 2: 4096.</param>
/// <param name="Priority">0 (the default) for interactive work; above 0 for bulk work.</param>
internal sealed record CohereRerankRequest(
    string? Model = null,
    string? Query = null,
    IReadOnlyList<CohereDocument>? Documents = null,
    int? TopN = null,
    bool? ReturnDocuments = null,
    IReadOnlyList<string?>? RankFields = null,
    int? MaxChunksPerDoc = null,
    int? MaxTokensPerDoc = null,
    int? Priority = null
) : IRequestBody<RerankServiceOptions>
{
    private const int Version1Chunks = 10;
    private const int Version2Tokens = 4096;

    private static readonly string[] TextField = ["text"];

    private IReadOnlyList<string> Fields =>
        RankFields is { Count: > 0 } fields ? (IReadOnlyList<string>)[.. fields.Select(name => name!)] : TextField;

    public FieldErrors Validate(RerankServiceOptions options)
    {
        var errors = new FieldErrors().RequireQuery(Query).RequireCount("documents", Documents?.Count, options.MaxDocuments);
        errors.AddIf(RankFields?.Any(string.IsNullOrEmpty) == true, "rank_fields", "must be an array of names");
        for (var i = 0; !errors.Any && i < (Documents?.Count ?? 0); i++)
        {
            if (TextRules.IsBlank(Documents![i].RankedText(Fields)))
            {
                AddDocument(errors, $"documents[{i}]", Documents[i]);
            }
        }

        return errors
            .CheckPositive("top_n", TopN)
            .CheckPositive("max_chunks_per_doc", MaxChunksPerDoc)
            .CheckPositive("max_tokens_per_doc", MaxTokensPerDoc)
            .AddIf(Priority < 0, "priority", "must be 0 or more");
    }

    /// <summary>Long documents are split into windows, up to the version's limit.</summary>
    public RerankRequest ToRequest(CohereVersion version, RerankServiceOptions options, RequestDeadline deadline) =>
        new(Query!, [.. Documents!.Select(document => document.RankedText(Fields)!)])
        {
            Model = Model,
            TopN = TopN,
            Windows = new WindowOptions(
                Math.Min(MaxChunksPerDoc ?? (version == CohereVersion.V1 ? Version1Chunks : options.MaxWindows), options.MaxWindows),
                MaxTokensPerDoc ?? (version == CohereVersion.V1 ? null : Version2Tokens)
            ),
            Lane = Priority > 0 ? Lane.Bulk : Lane.Interactive,
            Deadline = deadline,
        };

    private void AddDocument(FieldErrors errors, string path, CohereDocument document) =>
        errors
            .AddIf(document is { Text: null, Fields: null }, path, "must be a string or an object")
            .AddIf(document.Text is not null, path, "must not be blank")
            .AddIf(document.Fields is not null, path, $"must have text in {string.Join(" or ", Fields)}");
}

/// <summary>A version of Cohere's API.</summary>
internal enum CohereVersion
{
    /// <summary><c>/v1</c>, and Jina's.</summary>
    V1 = 1,

    V2 = 2,
}
