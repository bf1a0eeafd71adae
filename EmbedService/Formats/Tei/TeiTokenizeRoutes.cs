using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Formats.Shared;
using EmbedPlatform.Inference.Tokenization;
using EmbedPlatform.ModelServiceDefaults.Wire;
using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EmbedPlatform.EmbedService.Formats.Tei;

/// <summary>TEI's <c>POST /tokenize</c> and <c>POST /decode</c>.</summary>
internal static class TeiTokenizeRoutes
{
    public static void MapTeiTokenize(this IEndpointRouteBuilder group)
    {
        group
            .MapPost("/tokenize", TokenizeAsync)
            .WithBody<TeiTokenizeRequest>()
            .WithName("tei-tokenize")
            .WithSummary("Converts texts to the model's tokens, without truncation")
            .ProducesFailures();
        group
            .MapPost("/decode", DecodeAsync)
            .WithBody<TeiDecodeRequest>()
            .WithName("tei-decode")
            .WithSummary("Converts token ids to texts")
            .ProducesFailures();
    }

    private static async Task<Ok<TeiToken[][]>> TokenizeAsync(
        JsonBody<TeiTokenizeRequest> body,
        RequestDeadline deadline,
        TextEmbedder embedder,
        CancellationToken cancellationToken
    )
    {
        using var lease = await embedder.RentAsync(null, deadline, cancellationToken);
        var (tokenizer, prompt) = (lease.Model.Tokenizer, lease.Model.Model.Prompt(body.Value.TextOptions.Role));
        var options = new EncodeOptions { AddSpecialTokens = body.Value.AddSpecialTokens ?? true, MatchSpecialTokens = false };
        return TypedResults.Ok(body.Value.Inputs!.Texts!.Select(text => TeiTokens.Encode(tokenizer, prompt + text, options)).ToArray());
    }

    private static async Task<Results<Ok<string[]>, ValidationProblem>> DecodeAsync(
        JsonBody<TeiDecodeRequest> body,
        RequestDeadline deadline,
        TextEmbedder embedder,
        CancellationToken cancellationToken
    )
    {
        using var lease = await embedder.RentAsync(null, deadline, cancellationToken);
        var tokenizer = lease.Model.Tokenizer;
        var (input, skipSpecialTokens) = (body.Value.Ids!, body.Value.SkipSpecialTokens ?? true);
        var maxId = tokenizer.VocabularySize - 1;
        for (var i = 0; i < input.Count; i++)
        {
            if (input.Ids![i].AsSpan().ContainsAnyExceptInRange(0, maxId))
            {
                return Problems.Invalid(input.PathOf("ids", i), $"holds an id outside the model's vocabulary; ids range from 0 to {maxId}");
            }
        }

        return TypedResults.Ok(input.Ids!.Select(ids => tokenizer.Decode(ids, skipSpecialTokens)).ToArray());
    }
}
