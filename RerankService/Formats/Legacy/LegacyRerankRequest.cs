using EmbedPlatform.ModelServiceDefaults.Wire;
using EmbedPlatform.RerankService.Formats.Shared;
using EmbedPlatform.RerankService.Reranking;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.RerankService.Formats.Legacy;

/// <summary>The body of <c>POST /rerank</c> of the in-house server.</summary>
/// <param name="TopN">The number of results; absent: all.</param>
/// <param name="ReturnDocuments">Whether results carry the document's text; default true.</param>
/// <param name="RawScores">Whether scores are logits instead of their sigmoid; default false.</param>
/// <param name="Priority"><c>interactive</c> (the default) or <c>bulk</c>.</param>
internal sealed record LegacyRerankRequest(
    string? Query,
    IReadOnlyList<string?>? Documents,
    string? Model,
    int? TopN,
    bool? ReturnDocuments,
    bool? RawScores,
    string? Priority
) : IRequestBody<RerankServiceOptions>
{
    public FieldErrors Validate(RerankServiceOptions options)
    {
        var errors = new FieldErrors()
            .RequireQuery(Query)
            .RequireDocuments("documents", Documents, options.MaxDocuments)
            .CheckPositive("top_n", TopN);
        RequestFields.Priority.Validate(errors, "priority", Priority);
        return errors;
    }

    public RerankRequest ToRequest(RequestDeadline deadline) =>
        new(Query!, Documents!)
        {
            Model = Model,
            TopN = TopN,
            Lane = RequestFields.Priority.Parse(Priority),
            Deadline = deadline,
        };
}
