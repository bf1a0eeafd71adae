using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Tokenization;
using EmbedPlatform.ModelServiceDefaults.Wire;
using EmbedPlatform.RerankService.Reranking;
using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EmbedPlatform.RerankService.Formats.Tei;

/// <summary>The body of <c>POST /rerank</c> of text-embeddings-inference.</summary>
/// <param name="Texts">The documents.</param>
/// <param name="ReturnText">Whether results carry the text; default false.</param>
/// <param name="RawScores">Whether scores are logits instead of their sigmoid; default false.</param>
/// <param name="Truncate">Whether texts that are too long are truncated (default true) or rejected.</param>
/// <param name="TruncationDirection"><c>Right</c> (the default) or <c>Left</c>.</param>
internal sealed record TeiRerankRequest(
    string? Query,
    IReadOnlyList<string?>? Texts,
    string? Model,
    bool? ReturnText,
    bool? RawScores,
    bool? Truncate,
    string? TruncationDirection
) : IRequestBody<RerankServiceOptions>
{
    private static readonly EnumField<Truncation> Directions = new(("Right", Truncation.Right), ("Left", Truncation.Left));

    private string? Direction =>
        TruncationDirection switch
        {
            "right" => "Right",
            "left" => "Left",
            var direction => direction,
        };

    public FieldErrors Validate(RerankServiceOptions options)
    {
        var errors = new FieldErrors().RequireQuery(Query).RequireDocuments("texts", Texts, options.MaxDocuments);
        Directions.Validate(errors, "truncation_direction", Direction);
        return errors;
    }

    public IResult Reject(FieldErrors errors) => Unprocessable(errors);

    public RerankRequest ToRequest(RequestDeadline deadline) =>
        new(Query!, Texts!)
        {
            Model = Model,
            Truncation = Truncate == false ? Truncation.Error : Directions.Parse(Direction),
            Deadline = deadline,
        };

    /// <summary>TEI's 422 for an invalid text.</summary>
    public static ProblemHttpResult Unprocessable(FieldErrors errors)
    {
        var problem = errors.ToProblem().ProblemDetails;
        (problem.Status, problem.Type) = (StatusCodes.Status422UnprocessableEntity, null);
        return TypedResults.Problem(problem);
    }
}
