using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Formats.Shared;
using EmbedPlatform.ModelServiceDefaults.Wire;

namespace EmbedPlatform.EmbedService.Formats.OpenAi;

/// <summary>The answer of <c>POST /v1/embeddings</c>.</summary>
/// <param name="Object">Always <c>list</c>.</param>
/// <param name="Fallback">An extension: why another model than the requested one answered; absent if the requested one did.</param>
internal sealed record OpenAiEmbedResponse(
    string Object,
    IReadOnlyList<OpenAiEmbedding> Data,
    string Model,
    OpenAiUsage Usage,
    string? Fallback
)
{
    public static OpenAiEmbedResponse From(EmbeddingResult result, VectorEncoding encoding)
    {
        var tokens = result.Tokens;
        return new OpenAiEmbedResponse(
            "list",
            [
                .. result.Items.Select(
                    (item, i) => new OpenAiEmbedding("embedding", i, new WireVector(item.Vector, encoding), item.Truncated ? true : null)
                ),
            ],
            result.Model.Id,
            new OpenAiUsage(tokens, tokens),
            result.Fallback
        );
    }
}

/// <param name="Object">Always <c>embedding</c>.</param>
/// <param name="Embedding">A list of numbers, or base64 of little-endian floats.</param>
/// <param name="Truncated">An extension: true if the text was longer than the model takes; else absent.</param>
internal sealed record OpenAiEmbedding(string Object, int Index, WireVector Embedding, bool? Truncated);

internal sealed record OpenAiUsage(long PromptTokens, long TotalTokens);

/// <summary>The answer of <c>GET /v1/models</c>, the default model first.</summary>
/// <param name="Object">Always <c>list</c>.</param>
internal sealed record OpenAiModels(string Object, IReadOnlyList<OpenAiModel> Data);
