using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Http;
using EmbedPlatform.Inference.Tokenization;
using EmbedPlatform.ServiceDefaults.Limits;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EmbedPlatform.EmbedService.Tokens;

/// <summary><c>POST /api/v1/tokenize</c>: what is cut into chunks is cut by the tokens of the model that will read it.</summary>
internal static class TokenPlacesRoute
{
    public static void MapTokenPlaces(this IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/tokenize", TokenizeAsync)
        .WithBody<TokenPlacesBody>()
        .WithName("tokenize")
        .WithTags("Embedding")
        .WithSummary("Where the model's tokens start in texts")
        .ProducesFailures();

    private static async Task<Ok<TokenPlacesAnswer>> TokenizeAsync(
        JsonBody<TokenPlacesBody> body, RequestDeadline deadline, TextEmbedder embedder, CancellationToken cancellationToken)
    {
        using var lease = await embedder.RentAsync(body.Value.Model, deadline, cancellationToken);
        var (model, tokenizer) = (lease.Model.Model, lease.Model.Tokenizer);
        var how = new EncodeOptions { AddSpecialTokens = false, MatchSpecialTokens = false };
        var prompt = model.Prompt(EmbedSettings.Roles.Of(body.Value.InputType));
        var added = tokenizer.SpecialTokensPerText + (prompt.Length > 0 ? tokenizer.CountTokens(prompt, how) : 0);
        var data = new List<TokenPlaces>();
        foreach (var text in body.Value.Input!.Texts!)
        {
            cancellationToken.ThrowIfCancellationRequested();
            data.Add(new TokenPlaces(Array.ConvertAll(tokenizer.Encode(text, how).Offsets, offset => offset.Start)));
        }

        return TypedResults.Ok(new TokenPlacesAnswer(model.Id, model.Revision, model.MaxTokens, added, data));
    }
}
