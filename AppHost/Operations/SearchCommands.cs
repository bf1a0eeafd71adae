using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using EmbedPlatform.AppHost.Services;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EmbedPlatform.AppHost.Operations;

/// <summary>SearchApi's commands and links in the dashboard.</summary>
internal static class SearchCommands
{
    /// <summary>Indexes this repository's pages into the collection <c>demo</c>.</summary>
    public const string IndexDemo = "index-demo";

    /// <summary>Empties the platform's caches in Redis.</summary>
    public const string FlushCaches = "flush-caches";

    /// <summary>Embeds every document of every collection again.</summary>
    public const string Reembed = "reembed";

    /// <summary>Adds the commands, which are enabled while the service is healthy.</summary>
    /// <param name="search">SearchApi.</param>
    public static IResourceBuilder<ServiceResource> WithSearchCommands(this IResourceBuilder<ServiceResource> search)
    {
        var endpoint = search.GetEndpoint(ServiceBuilderExtensions.Endpoint);
        var repository = Path.GetDirectoryName(search.ApplicationBuilder.AppHostDirectory)!;
        return search
            .WithCommand(
                IndexDemo,
                "Index demo data",
                Doing(endpoint, (api, stop) => api.IndexAsync(DemoPages.Read(repository), stop)),
                new CommandOptions
                {
                    Description = $"Indexes this repository's pages into the collection {DemoPages.Collection}",
                    IconName = "DocumentAdd",
                    UpdateState = WhileHealthy,
                }
            )
            .WithCommand(
                FlushCaches,
                "Flush caches",
                Doing(endpoint, (api, stop) => api.FlushCachesAsync(stop)),
                new CommandOptions
                {
                    Description = "Removes cached answers and embeddings from Redis",
                    IconName = "Broom",
                    UpdateState = WhileHealthy,
                }
            )
            .WithCommand(
                Reembed,
                "Re-embed",
                Doing(endpoint, (api, stop) => api.ReembedAsync(stop)),
                new CommandOptions
                {
                    Description = "Embeds every document again; old vectors stay searchable until then",
                    ConfirmationMessage = "Embed every document of every collection again? This takes as long as the first time.",
                    IconName = "ArrowSync",
                    UpdateState = WhileHealthy,
                }
            );
    }

    private static Func<ExecuteCommandContext, Task<ExecuteCommandResult>> Doing(
        EndpointReference endpoint,
        Func<SearchOperations, CancellationToken, Task> work
    ) =>
        async context =>
        {
            using var http = new HttpClient { BaseAddress = new Uri(endpoint.Url) };
            try
            {
                await work(new SearchOperations(http), context.CancellationToken);
                return CommandResults.Success();
            }
            catch (Exception failure) when (failure is HttpRequestException or TimeoutException)
            {
                return CommandResults.Failure(failure.Message);
            }
        };

    private static ResourceCommandState WhileHealthy(UpdateCommandStateContext context) =>
        context.ResourceSnapshot.HealthStatus == HealthStatus.Healthy ? ResourceCommandState.Enabled : ResourceCommandState.Disabled;
}
