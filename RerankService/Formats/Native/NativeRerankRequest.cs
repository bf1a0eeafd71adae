using EmbedPlatform.ModelServiceDefaults.Wire;
using EmbedPlatform.RerankService.Formats.Shared;
using EmbedPlatform.RerankService.Reranking;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.RerankService.Formats.Native;

/// <param name="Model">The model's name; absent: the default model.</param>
/// <param name="TopN">The number of results; absent: all.</param>
/// <param name="ReturnDocuments">Whether results carry the document's text; default true.</param>
/// <param name="RawScores">Whether scores are logits instead of their sigmoid; default false.</param>
/// <param name="LongDocuments">
/// For a document that is too long: <c>truncate</c> (the default), or <c>windows</c>, which scores its best window.
/// </param>
/// <param name="MaxWindows">The most windows of a document, up to the service's limit.</param>
/// <param name="Priority"><c>interactive</c> (the default) or <c>bulk</c>.</param>
internal sealed record NativeRerankRequest(
    string? Query = null,
    IReadOnlyList<string?>? Documents = null,
    string? Model = null,
    int? TopN = null,
    bool? ReturnDocuments = null,
    bool? RawScores = null,
    string? LongDocuments = null,
    int? MaxWindows = null,
    string? Priority = null
) : IRequestBody<RerankServiceOptions>
{
    private const string Windows = "windows";

    private static readonly EnumField<bool> SplitsLongDocuments = new(("truncate", false), (Windows, true));

    public FieldErrors Validate(RerankServiceOptions options)
    {
        var errors = new FieldErrors()
            .RequireQuery(Query)
            .RequireDocuments("documents", Documents, options.MaxDocuments)
            .CheckPositive("top_n", TopN);
        SplitsLongDocuments.Validate(errors, "long_documents", LongDocuments);
        errors
            .AddIf(MaxWindows is not null && LongDocuments != Windows, "max_windows", $"requires long_documents to be {Windows}")
            .AddIf(MaxWindows < 1 || MaxWindows > options.MaxWindows, "max_windows", $"must be from 1 to {options.MaxWindows}");
        RequestFields.Priority.Validate(errors, "priority", Priority);
        return errors;
    }

    public RerankRequest ToRequest(RerankServiceOptions options, RequestDeadline deadline) =>
        new(Query!, Documents!)
        {
            Model = Model,
            TopN = TopN,
            Windows = SplitsLongDocuments.Parse(LongDocuments) ? new WindowOptions(MaxWindows ?? options.MaxWindows) : null,
            Lane = RequestFields.Priority.Parse(Priority),
            Deadline = deadline,
        };
}
