namespace EmbedPlatform.Cli.Platforms;

/// <summary>Checks whether a platform is ready.</summary>
internal static class PlatformHealth
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Whether every service has an address and is healthy.</summary>
    public static async Task<bool> IsHealthyAsync(Endpoints endpoints, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = Timeout };
        foreach (var (_, address) in endpoints.All)
        {
            if (address is null || !await IsHealthyAsync(http, address, cancellationToken))
            {
                return false;
            }
        }

        return true;
    }

    private static async Task<bool> IsHealthyAsync(HttpClient http, Uri address, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(address, "/health"), cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception exception)
            when (exception is HttpRequestException
                || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            return false;
        }
    }
}
