using System.Reflection;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Search;
using EmbedPlatform.SearchApi.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.SearchApi.Http;

/// <summary>What a SearchApi runs with.</summary>
/// <param name="Service">The service's name.</param>
/// <param name="Version">The program's version.</param>
/// <param name="SchemaVersion">The last migration; absent while the database is not ready.</param>
/// <param name="Workers">How many embedding workers run in this process.</param>
/// <param name="LegDepth">How many candidates each leg finds.</param>
/// <param name="RerankDepth">How many fused candidates are reranked.</param>
internal sealed record ServiceInfo(string Service, string Version, int? SchemaVersion, int Workers, int LegDepth, int RerankDepth);

/// <summary><c>/info</c>.</summary>
internal static class InfoRoutes
{
    /// <summary>Maps the route that tells what runs here.</summary>
    public static IEndpointRouteBuilder MapInfo(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/info", Info)
            .WithTags("Service")
            .WithName("GetInfo")
            .WithSummary("Shows the service's models, options and versions");
        return routes;
    }

    private static Ok<ServiceInfo> Info(SchemaState schema, IOptions<IngestionOptions> ingestion, IOptions<SearchOptions> search) =>
        TypedResults.Ok(
            new ServiceInfo(
                "SearchApi",
                Assembly.GetExecutingAssembly().GetName().Version!.ToString(3),
                schema.Version,
                ingestion.Value.Workers,
                search.Value.LegDepth,
                search.Value.RerankDepth ?? SearchOptions.DefaultRerankDepth
            )
        );
}
