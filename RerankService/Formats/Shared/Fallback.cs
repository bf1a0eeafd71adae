using EmbedPlatform.RerankService.Reranking;

namespace EmbedPlatform.RerankService.Formats.Shared;

/// <summary>Present in an answer if another model than the requested one served it.</summary>
internal sealed record Fallback(string Reason)
{
    public static Fallback? From(RerankResult result) => result.FallbackReason is { } reason ? new Fallback(reason) : null;
}
