using EmbedPlatform.RerankService.Reranking;

namespace EmbedPlatform.RerankService.Formats.Shared;

/// <summary>Names the model that answered, and the reason for a fallback, in headers: every wire format has room for those.</summary>
internal static class ServedModelHeaders
{
    private const string Model = "X-Model";
    private const string Fallback = "X-Model-Fallback";

    public static void AddServedModel(this HttpResponse response, RerankResult result)
    {
        response.Headers[Model] = Printable(result.Model.Id);
        if (result.FallbackReason is { } reason)
        {
            response.Headers[Fallback] = Printable(reason);
        }
    }

    // Header values are printable ASCII, and a reason may quote any exception.
    private static string Printable(string text) =>
        string.Create(
            text.Length,
            text,
            (target, source) =>
            {
                for (var i = 0; i < source.Length; i++)
                {
                    target[i] = source[i] is >= ' ' and <= '~' ? source[i] : ' ';
                }
            }
        );
}
