using System.Reflection;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Search;
using EmbedPlatform.SearchApi.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.SearchApi.Http;

/// <summary>The service's version, schema and main options.</summary>
/// <param name="Service">The service's name.</param>
/// <param name="Version">The program's version.</param>
/// <param name="SchemaVersion">The number of the last migration; absent until the database is ready.</param>
/// <param name="Workers">The number of embedding workers in this process.</param>
/// <param name="LegDepth">The number of candidates per leg.</param>
/// <param name="RerankDepth">The number of fused candidates to rerank.</param>
internal sealed record ServiceInfo(string Service, string Version, int? SchemaVersion, int Workers, int LegDepth, int RerankDepth);

/// <summary><c>/info</c>.</summary>
internal static class InfoRoutes
{
    public static IEndpointRouteBuilder MapInfo(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/info", Info)
            .WithTags("Service")
            .WithName("GetInfo")
            .WithSummary("Shows the service's version, schema version and main options");
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
