namespace EmbedPlatform.RerankService.Formats.Tei;

/// <summary>The <c>error_type</c> of text-embeddings-inference.</summary>
internal static class TeiErrorTypes
{
    public static string FromStatus(int status) =>
        status switch
        {
            StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden => "Unauthorized",
            StatusCodes.Status429TooManyRequests => "Overloaded",
            StatusCodes.Status503ServiceUnavailable => "Unhealthy",
            >= 500 => "Backend",
            _ => "Validation",
        };
}
