using System.Globalization;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.RerankService.Older;
using EmbedPlatform.RerankService.Reranking;
using EmbedPlatform.ServiceDefaults.Failures;
using EmbedPlatform.ServiceDefaults.Limits;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EmbedPlatform.RerankService.Tei;

/// <summary><c>POST /rerank</c> as text-embeddings-inference answers it: <c>{"query", "texts"}</c> to a sorted list.</summary>
internal static class TeiRerank
{
    public static async Task<IResult> AnswerAsync(
        RerankBody body, RequestDeadline deadline, Reranker reranker, RerankServiceOptions options, HttpContext context, CancellationToken cancellationToken)
    {
        var errors = Validate(body, options.MaxDocuments);
        if (errors.Any)
        {
            return Unprocessable(errors);
        }

        try
        {
            var ranking = await reranker.RankAsync(Question(body) with { Deadline = deadline }, cancellationToken);
            context.Response.TellModel(ranking);
            Measure(context.Response.Headers, body, ranking);
            return TypedResults.Ok(Ranks(body, ranking));
        }
        catch (NoTokensException nothing)
        {
            return Unprocessable(new FieldErrors().Add($"texts[{nothing.Index}]", QuestionRules.NothingToRead));
        }
        catch (TextTooLongException tooLong)
        {
            return Unprocessable(new FieldErrors().Add(
                $"texts[{tooLong.Index}]", $"must not have more than {tooLong.Limit} tokens with the query; it has {tooLong.Tokens}"));
        }
    }

    private static FieldErrors Validate(RerankBody body, int maxDocuments) => new FieldErrors()
        .AddQuery(body.Query)
        .AddDocuments("texts", body.Texts, maxDocuments)
        .AddIf(body.TruncationDirection is not (null or "Right" or "right" or "Left" or "left"), "truncation_direction", "must be Right or Left");

    private static RerankQuestion Question(RerankBody body) => new(body.Query!, body.Texts!)
    {
        Model = body.Model,
        Truncation = body.Truncate == false ? TruncationPolicy.Error
            : body.TruncationDirection is "Left" or "left" ? TruncationPolicy.Left
            : TruncationPolicy.Right,
    };

    private static TeiRank[] Ranks(RerankBody body, Ranking ranking) =>
    [
        .. ranking.Documents.Select(document => new TeiRank(
            document.Index,
            document.Score(body.RawScores == true),
            body.ReturnText == true ? body.Texts![document.Index] : null,
            document.Truncated ? true : null)),
    ];

    private static void Measure(IHeaderDictionary headers, RerankBody body, Ranking ranking)
    {
        headers["x-compute-type"] = "cpu";
        headers["x-compute-tokens"] = Number(ranking.Usage.Tokens);
        headers["x-compute-characters"] = Number(body.Texts!.Sum(text => (long)text!.Length) + body.Query!.Length);
        headers["x-total-time"] = Milliseconds(ranking.Usage.Elapsed);
        headers["x-tokenization-time"] = Milliseconds(ranking.Usage.Steps.Tokenization);
        headers["x-queue-time"] = Milliseconds(ranking.Usage.Steps.Queue);
        headers["x-inference-time"] = Milliseconds(ranking.Usage.Steps.Inference);
    }

    private static string Milliseconds(TimeSpan time) => Number((long)time.TotalMilliseconds);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static ProblemHttpResult Unprocessable(FieldErrors errors)
    {
        var problem = errors.ToProblem().ProblemDetails;
        (problem.Status, problem.Type) = (StatusCodes.Status422UnprocessableEntity, null);
        return TypedResults.Problem(problem);
    }
}

/// <summary>A scored text.</summary>
/// <param name="Index">Its position in the request, from 0.</param>
/// <param name="Score">Its score: between 0 and 1, or a logit where raw scores were asked for.</param>
/// <param name="Text">Its text, where it was asked for.</param>
/// <param name="Truncated">True where it was cut to fit the model, absent else: TEI itself does not tell.</param>
internal readonly record struct TeiRank(int Index, double Score, string? Text, bool? Truncated);
