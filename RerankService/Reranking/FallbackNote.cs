namespace EmbedPlatform.RerankService.Reranking;

/// <summary>Says that another model served than the one that was asked for.</summary>
/// <param name="Reason">Why.</param>
internal sealed record FallbackNote(string Reason)
{
    /// <summary>The note of an answer; null where the model is the one that was asked for.</summary>
    public static FallbackNote? Of(Ranking ranking) => ranking.FallbackReason is { } reason ? new FallbackNote(reason) : null;
}
