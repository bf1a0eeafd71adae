namespace EmbedPlatform.RerankService.Tei;

/// <summary>How text-embeddings-inference names failures: <c>{"error", "error_type"}</c>.</summary>
internal static class TeiErrorShape
{
    /// <summary>The <c>error_type</c> of a status.</summary>
    public static string Kind(int status) => status switch
    {
        StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden => "Unauthorized",
        StatusCodes.Status429TooManyRequests => "Overloaded",
        StatusCodes.Status503ServiceUnavailable => "Unhealthy",
        >= 500 => "Backend",
        _ => "Validation",
    };
}
