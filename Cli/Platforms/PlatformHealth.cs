namespace EmbedPlatform.Cli.Platforms;

/// <summary>Whether a platform is ready for work.</summary>
internal static class PlatformHealth
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Whether every service has an address and says that it is healthy.</summary>
    public static async Task<bool> IsHealthyAsync(Endpoints endpoints, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = Patience };
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
