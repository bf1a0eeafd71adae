using System.Text.Json.Serialization;
using EmbedPlatform.ModelServiceDefaults.Wire;
using EmbedPlatform.RerankService.Formats.Legacy;
using EmbedPlatform.RerankService.Formats.Tei;
using EmbedPlatform.RerankService.Reranking;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.RerankService.Formats.TeiOrLegacy;

/// <summary>The fields of both formats. A body with <c>texts</c> and without <c>documents</c> is TEI's.</summary>
/// <param name="Documents">Legacy: the documents.</param>
/// <param name="Texts">TEI: the documents.</param>
/// <param name="Model">The model's name; absent: the default model.</param>
/// <param name="TopN">Legacy: the number of results; absent: all.</param>
/// <param name="ReturnDocuments">Legacy: whether results carry the document's text; default true.</param>
/// <param name="ReturnText">TEI: whether results carry the text; default false.</param>
/// <param name="RawScores">Whether scores are logits instead of their sigmoid; default false.</param>
/// <param name="Truncate">TEI: whether texts that are too long are truncated (default true) or rejected.</param>
/// <param name="TruncationDirection">TEI: <c>Right</c> (the default) or <c>Left</c>.</param>
/// <param name="Priority">Legacy: <c>interactive</c> (the default) or <c>bulk</c>.</param>
internal sealed record TeiOrLegacyRerankRequest(
    string? Query = null,
    IReadOnlyList<string?>? Documents = null,
    IReadOnlyList<string?>? Texts = null,
    string? Model = null,
    int? TopN = null,
    bool? ReturnDocuments = null,
    bool? ReturnText = null,
    bool? RawScores = null,
    bool? Truncate = null,
    string? TruncationDirection = null,
    string? Priority = null
) : IRequestBody<RerankServiceOptions>
{
    [JsonIgnore]
    public bool IsTei => Texts is not null && Documents is null;

    [JsonIgnore]
    public TeiRerankRequest Tei => new(Query, Texts, Model, ReturnText, RawScores, Truncate, TruncationDirection);

    [JsonIgnore]
    public LegacyRerankRequest Legacy => new(Query, Documents, Model, TopN, ReturnDocuments, RawScores, Priority);

    public FieldErrors Validate(RerankServiceOptions options) =>
        IsTei
            ? Tei.Validate(options)
            : Legacy.Validate(options).AddIf(Documents is not null && Texts is not null, "texts", "give documents or texts, not both");

    public IResult Reject(FieldErrors errors) => IsTei ? Tei.Reject(errors) : errors.ToProblem();
}
