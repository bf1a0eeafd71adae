using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using EmbedPlatform.AppHost.Services;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EmbedPlatform.AppHost.Operations;

/// <summary>What the dashboard offers to do with SearchApi, and where it leads to.</summary>
internal static class SearchCommands
{
    /// <summary>Indexes this repository's pages into the collection <c>demo</c>.</summary>
    public const string IndexDemo = "index-demo";

    /// <summary>Empties the platform's caches in Redis.</summary>
    public const string FlushCaches = "flush-caches";

    /// <summary>Has every document of every collection embedded again.</summary>
    public const string Reembed = "reembed";

    /// <summary>Adds the commands, for as long as the service is healthy.</summary>
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
                    Description = "Removes the answers and embeddings that the platform keeps in Redis",
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
                    Description = "Has every document embedded again; each is found under its old vectors until then",
                    ConfirmationMessage =
                        "Embed every document of every collection again? That takes as long as embedding them the first time.",
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
