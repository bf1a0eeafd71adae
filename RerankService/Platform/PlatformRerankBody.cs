using EmbedPlatform.RerankService.Reranking;
using EmbedPlatform.ServiceDefaults.Failures;

namespace EmbedPlatform.RerankService.Platform;

/// <summary>A query and the documents that may answer it.</summary>
/// <param name="Query">The query.</param>
/// <param name="Documents">The documents.</param>
/// <param name="Model">The model; the default one where absent.</param>
/// <param name="TopN">How many of the best to return; all where absent or more than there are.</param>
/// <param name="ReturnDocuments">Whether results carry the document's text; true where absent.</param>
/// <param name="RawScores">Whether scores are the model's logits instead of their sigmoid; false where absent.</param>
/// <param name="LongDocuments"><c>truncate</c> (the default) cuts off the end of a document that is too long; <c>windows</c> takes the best of overlapping windows.</param>
/// <param name="MaxWindows">The most windows of a document, up to the service's own limit.</param>
/// <param name="Priority"><c>interactive</c> (the default; somebody waits) or <c>bulk</c>.</param>
internal sealed record PlatformRerankBody(
    string? Query = null, IReadOnlyList<string?>? Documents = null, string? Model = null, int? TopN = null, bool? ReturnDocuments = null,
    bool? RawScores = null, string? LongDocuments = null, int? MaxWindows = null, string? Priority = null)
{
    private const string Windows = "windows";

    /// <summary>What is wrong with the body.</summary>
    public FieldErrors Validate(RerankServiceOptions options) => new FieldErrors()
        .AddQuery(Query)
        .AddDocuments("documents", Documents, options.MaxDocuments)
        .AddPositive("top_n", TopN)
        .AddIf(LongDocuments is not (null or "truncate" or Windows), "long_documents", $"must be truncate or {Windows}")
        .AddIf(MaxWindows is not null && LongDocuments != Windows, "max_windows", $"needs long_documents to be {Windows}")
        .AddIf(MaxWindows < 1 || MaxWindows > options.MaxWindows, "max_windows", $"must be from 1 to {options.MaxWindows}")
        .AddPriority(Priority);

    /// <summary>What a valid body asks for.</summary>
    public RerankQuestion Question(RerankServiceOptions options) => new(Query!, Documents!)
    {
        Model = Model,
        TopN = TopN,
        Windows = LongDocuments == Windows ? new WindowRules(MaxWindows ?? options.MaxWindows) : null,
        Lane = QuestionRules.Lane(Priority),
    };
}
