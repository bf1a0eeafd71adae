using EmbedPlatform.EmbedService.Caching;
using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.Inference;
using EmbedPlatform.RerankService.Reranking;
using EmbedPlatform.ServiceDefaults.Http;
using EmbedPlatform.ServiceDefaults.LoadBalancing;
using EmbedPlatform.ServiceDefaults.Security;

namespace EmbedPlatform.Architecture.Tests.Options;

/// <summary>Options that the same programs read: one table of docs/configuration.md.</summary>
/// <param name="Name">The name of the table's marker.</param>
/// <param name="Readers">The programs.</param>
/// <param name="Classes">The options classes; their constant <c>SectionName</c> is the section, without it the root.</param>
/// <param name="Others">Options without a class.</param>
internal sealed record OptionGroup(string Name, string Readers, IReadOnlyList<Type> Classes, params OptionRow[] Others)
{
    private const string Aspire = "Aspire's own: ";

    public static IReadOnlyList<OptionGroup> All { get; } =
    [
        new(
            "apphost",
            "the AppHost",
            [Internal("AppHost", "PlatformOptions")],
            Text("ASPNETCORE_URLS", "from `Ports:Dashboard`", "the address of the dashboard"),
            Text("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "a random port", Aspire + "where the dashboard receives telemetry (gRPC)"),
            Text("ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", "none", Aspire + "where the dashboard receives telemetry (HTTP)"),
            Text("ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL", "a random port", Aspire + "where the dashboard reads the resources"),
            Flag("ASPIRE_ALLOW_UNSECURED_TRANSPORT", "true", Aspire + "whether the dashboard speaks HTTP; it listens on loopback only"),
            Flag("ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS", "false", Aspire + "whether the dashboard opens without a token"),
            Text("AppHost:BrowserToken", "random", Aspire + "the token with which a browser opens the dashboard"),
            Text("AppHost:DashboardApiKey", "random", Aspire + "the key of the dashboard's API"),
            Text("DcpPublisher:CliPath", "from its package", Aspire + "the orchestrator; `ASPIRE_DCP_PATH` names its folder instead"),
            Flag("DcpPublisher:RandomizePorts", "false", Aspire + "whether every port is random, as in its tests")
        ),
        new("models", "EmbedService and RerankService", [typeof(InferenceOptions)]),
        new(
            "embed",
            "EmbedService",
            [typeof(EmbedServiceOptions), typeof(EmbeddingCacheOptions)],
            Text("ConnectionStrings:cache", "none", "The Redis that replicas share; without it each process has its own cache.")
        ),
        new("rerank", "RerankService", [typeof(RerankServiceOptions)]),
        new(
            "search",
            "SearchApi",
            [
                Internal("SearchApi", "Storage.StorageOptions"),
                Internal("SearchApi", "Collections.IngestionOptions"),
                Internal("SearchApi", "Uploads.TaskOptions"),
                Internal("SearchApi", "Search.SearchOptions"),
            ],
            Text(
                "ConnectionStrings:vectors",
                "from the AppHost",
                "PostgreSQL with pgvector. Repeated statements are prepared (`Max Auto Prepare` 64); behind a proxy that does not "
                    + "support prepared statements, add `;Max Auto Prepare=0`. Several hosts (`Host=db1,db2`) are "
                    + "[read replicas and failover](scaling.md#read-replicas-and-failover)."
            ),
            Text("ConnectionStrings:cache", "from the AppHost", "Redis, for caches only."),
            Text("services:embed:http:0", "from the AppHost", "The address of EmbedService; further replicas are `:1`, `:2` and so on."),
            Text("services:rerank:http:0", "from the AppHost", "The address of RerankService, likewise."),
            Text("ApiKeys:Send:embed", "none", "The key that is sent to EmbedService; a secret, so set it in the environment."),
            Text("ApiKeys:Send:rerank", "none", "The key that is sent to RerankService, likewise."),
            Text("ApiKeys:Send:search", "none", "The key that a program of yours sends to SearchApi through EmbedPlatform.Client.")
        ),
        new(
            "services",
            "all services",
            [typeof(LimitsOptions), typeof(ApiKeyOptions), typeof(PlatformCorsOptions)],
            Text(
                "urls",
                "from the AppHost",
                "The addresses that the service listens on (ASP.NET Core's own, as are the next three; `ASPNETCORE_URLS` in the "
                    + "environment). Without an API key they must be on loopback."
            ),
            Text("http_ports", "8080 in images", "The HTTP ports, on all addresses (`ASPNETCORE_HTTP_PORTS`)."),
            Text("https_ports", "none", "The HTTPS ports, on all addresses (`ASPNETCORE_HTTPS_PORTS`)."),
            Text("Kestrel:Endpoints:{name}:Url", "none", "Addresses that replace `urls`."),
            Text(
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "none",
                "The OTLP endpoint of [traces, metrics and logs](telemetry.md); the AppHost sets it to its dashboard."
            ),
            new(
                "Logging:LogLevel:{category}",
                "choice",
                "`Information`; `Warning` for `Microsoft.AspNetCore`, `System.Net.Http.HttpClient`, `Npgsql.Command`",
                "ASP.NET Core's levels",
                "The lowest level that is logged."
            )
        ),
        new("calls", "SearchApi", [typeof(CallOptions)]),
    ];

    public IEnumerable<OptionRow> Rows(SourceDocumentation documentation) =>
        // Without a reranker there is nothing to weigh, and SearchApi refuses it.
        Classes
            .SelectMany(type => OptionRow.Of(type, SectionOf(type), documentation))
            .Where(row => row.Name != "Search:Fused:Rerank")
            .Concat(Others);

    private static string SectionOf(Type type) => type.GetField("SectionName")?.GetRawConstantValue() as string ?? "";

    private static Type Internal(string project, string type) =>
        System.Reflection.Assembly.Load($"EmbedPlatform.{project}").GetType($"EmbedPlatform.{project}.{type}", throwOnError: true)!;

    private static OptionRow Text(string name, string value, string meaning) => new(name, "text", value, "", Sentence(meaning));

    private static OptionRow Flag(string name, string value, string meaning) => new(name, "boolean", value, "", Sentence(meaning));

    private static string Sentence(string meaning) => char.ToUpperInvariant(meaning[0]) + meaning[1..].TrimEnd('.') + ".";
}
