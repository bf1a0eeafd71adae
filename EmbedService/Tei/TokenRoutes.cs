using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Http;
using EmbedPlatform.Inference.Tokenization;
using EmbedPlatform.ServiceDefaults.Failures;
using EmbedPlatform.ServiceDefaults.Limits;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EmbedPlatform.EmbedService.Tei;

/// <summary>TEI's <c>POST /tokenize</c> and <c>POST /decode</c>.</summary>
internal static class TokenRoutes
{
    public static void MapTokens(this IEndpointRouteBuilder group)
    {
        group.MapPost("/tokenize", TokenizeAsync)
            .WithBody<TokenizeBody>()
            .WithName("tei-tokenize")
            .WithSummary("Texts to the model's tokens, none cut off")
            .ProducesFailures();
        group.MapPost("/decode", DecodeAsync)
            .WithBody<DecodeBody>()
            .WithName("tei-decode")
            .WithSummary("Token ids to texts")
            .ProducesFailures();
    }

    private static async Task<Ok<TeiToken[][]>> TokenizeAsync(
        JsonBody<TokenizeBody> body,
        RequestDeadline deadline,
        TextEmbedder embedder,
        CancellationToken cancellationToken)
    {
        using var lease = await embedder.RentAsync(null, deadline, cancellationToken);
        var (tokenizer, prompt) = (lease.Model.Tokenizer, lease.Model.Model.Prompt(body.Value.Reading().Role));
        var how = new EncodeOptions { AddSpecialTokens = body.Value.AddSpecialTokens ?? true, MatchSpecialTokens = false };
        return TypedResults.Ok(body.Value.Inputs!.Texts!.Select(text => TextTokens.Of(tokenizer, prompt + text, how)).ToArray());
    }

    private static async Task<Results<Ok<string[]>, ValidationProblem>> DecodeAsync(
        JsonBody<DecodeBody> body,
        RequestDeadline deadline,
        TextEmbedder embedder,
        CancellationToken cancellationToken)
    {
        using var lease = await embedder.RentAsync(null, deadline, cancellationToken);
        var tokenizer = lease.Model.Tokenizer;
        var errors = new FieldErrors();
        var (ids, skip) = (body.Value.Ids!, body.Value.SkipSpecialTokens ?? true);
        for (var i = 0; i < ids.Count; i++)
        {
            var unknown = ids.Ids![i].AsSpan().IndexOfAnyExceptInRange(0, tokenizer.VocabularySize - 1);
            errors.AddIf(unknown >= 0, ids.PathOf("ids", i), $"holds an id that the model does not have; its ids are from 0 to {tokenizer.VocabularySize - 1}");
            if (errors.Any)
            {
                return errors.ToProblem();
            }
        }

        return TypedResults.Ok(ids.Ids!.Select(each => tokenizer.Decode(each, skip)).ToArray());
    }
}
