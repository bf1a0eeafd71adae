namespace EmbedPlatform.RerankService.Reranking;

/// <summary>Says in the headers, which every wire format has room in, which model served and why it is another than the one that was asked for.</summary>
internal static class ServedModelHeaders
{
    private const string Model = "X-Model";

    private const string Fallback = "X-Model-Fallback";

    public static void TellModel(this HttpResponse response, Ranking ranking)
    {
        response.Headers[Model] = Printable(ranking.Model.Id);
        if (ranking.FallbackReason is { } reason)
        {
            response.Headers[Fallback] = Printable(reason);
        }
    }

    // A header's value is printable ASCII; a reason may hold the message of anything.
    private static string Printable(string text) => string.Create(text.Length, text, (target, source) =>
    {
        for (var i = 0; i < source.Length; i++)
        {
            target[i] = source[i] is >= ' ' and <= '~' ? source[i] : ' ';
        }
    });
}
