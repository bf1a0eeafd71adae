using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Formats.Shared;
using EmbedPlatform.Inference.Tokenization;
using EmbedPlatform.ModelServiceDefaults.Wire;
using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EmbedPlatform.EmbedService.Formats.Native;

/// <summary>
/// <c>POST /api/v1/tokenize</c>: a client that cuts documents into chunks counts with the tokens of the model that will embed them.
/// </summary>
internal static class TokenizeRoute
{
    public static void MapNativeTokenize(this IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/api/v1/tokenize", TokenizeAsync)
            .WithBody<NativeTokenizeRequest>()
            .WithName("tokenize")
            .WithTags("Embedding")
            .WithSummary("Offsets of the model's tokens in texts")
            .ProducesFailures();

    private static async Task<Ok<NativeTokenizeResponse>> TokenizeAsync(
        JsonBody<NativeTokenizeRequest> body,
        RequestDeadline deadline,
        TextEmbedder embedder,
        CancellationToken cancellationToken
    )
    {
        using var lease = await embedder.RentAsync(body.Value.Model, deadline, cancellationToken);
        var (model, tokenizer) = (lease.Model.Model, lease.Model.Tokenizer);
        var options = new EncodeOptions { AddSpecialTokens = false, MatchSpecialTokens = false };
        var prompt = model.Prompt(RequestFields.InputType.Parse(body.Value.InputType));
        var added = tokenizer.SpecialTokensPerText + (prompt.Length > 0 ? tokenizer.CountTokens(prompt, options) : 0);
        var data = new List<TokenOffsets>();
        foreach (var text in body.Value.Input!.Texts!)
        {
            cancellationToken.ThrowIfCancellationRequested();
            data.Add(new TokenOffsets(Array.ConvertAll(tokenizer.Encode(text, options).Offsets, offset => offset.Start)));
        }

        return TypedResults.Ok(new NativeTokenizeResponse(model.Id, model.Revision, model.MaxTokens, added, data));
    }
}
