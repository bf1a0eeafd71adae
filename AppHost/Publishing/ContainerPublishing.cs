using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using EmbedPlatform.AppHost.Services;

namespace EmbedPlatform.AppHost.Publishing;

/// <summary>The three services of the graph.</summary>
/// <param name="Embed">EmbedService, each replica.</param>
/// <param name="Rerank">RerankService, each replica.</param>
/// <param name="Search">SearchApi.</param>
internal sealed record PublishedServices(
    IReadOnlyList<IResourceBuilder<ServiceResource>> Embed,
    IReadOnlyList<IResourceBuilder<ServiceResource>> Rerank,
    IResourceBuilder<ServiceResource> Search
);

/// <summary>
/// What a published graph has beyond a running one: images, a models volume, API keys, and how its containers are locked down and limited. A run is left
/// as it is.
/// </summary>
internal static class ContainerPublishing
{
    private const string Dockerfile = "deploy/images/Dockerfile";
    private const string ModelsVolume = "models";
    private const string ModelsFolder = "/models";
    private const string ModelsRoot = "/app/models;/models";
    private const string DataFolder = "/var/lib/postgresql/data";
    private const string ScratchFolder = "/tmp:mode=1777,size=64m";
    private const string PasswordComment = "Letters and digits alone: it stands inside connection strings.";
    private const string ConnectionStrings = "ConnectionStrings__";
    private const int Port = 8080;

    private static readonly ContainerSettings Ours = new()
    {
        User = "1654:1654",
        IsLockedDown = true,
        MemoryFolders = [ScratchFolder],
    };

    private static readonly ContainerSettings Service = Ours with
    {
        // A draining service answers what it has taken.
        StopGrace = TimeSpan.FromSeconds(90),
        // The first start loads models.
        Health = new ContainerHealth("CMD", "dotnet", "/probe/EmbedPlatform.HealthProbe.dll")
        {
            Interval = TimeSpan.FromSeconds(10),
            StartPeriod = TimeSpan.FromSeconds(300),
            Retries = 3,
        },
    };

    private static readonly ComposeVariable Telemetry = new(
        "OTLP_ENDPOINT",
        "",
        "Where traces, metrics and logs go: http://dashboard:18889 with `--profile dashboard`. What is inside has no way out of this machine."
    );

    /// <summary>Describes how the graph is published; does nothing in a run.</summary>
    /// <exception cref="RefusedException">An option cannot be read.</exception>
    public static void Describe(IDistributedApplicationBuilder builder, PublishedServices services)
    {
        if (!builder.ExecutionContext.IsPublishMode)
        {
            return;
        }

        var options = PlatformOptions.Read(builder.Configuration, Machine.Nominal);
        foreach (var postgres in builder.Resources.OfType<PostgresServerResource>().ToList())
        {
            Describe(
                builder.CreateResourceBuilder(postgres),
                builder.Resources.OfType<PostgresDatabaseResource>().Where(database => database.Parent == postgres)
            );
        }

        foreach (var redis in builder.Resources.OfType<RedisResource>().ToList())
        {
            Describe(builder.CreateResourceBuilder(redis));
        }

        DescribeServices(builder, services, options);
        WaitForOthers(builder, services);
        AddDashboard(builder);
        ComposePublishing.Add(
            builder,
            "embedplatform",
            "The whole platform: SearchApi on 127.0.0.1:7080, everything else inside. Written by `aspire publish` from the AppHost's graph: change that, not this.",
            "deploy/README.md tells how it is started; .env beside it has its passwords, keys, limits and models."
        );
    }

    private static void Describe(IResourceBuilder<PostgresServerResource> postgres, IEnumerable<PostgresDatabaseResource> databases)
    {
        // In a run the AppHost makes the database, here the image does when it first starts.
        postgres.WithEnvironment("POSTGRES_DB", databases.Single().DatabaseName);
        postgres.Resource.PasswordParameter.Description = $"PostgreSQL's password. {PasswordComment}";
        foreach (
            var mount in postgres
                .Resource.Annotations.OfType<ContainerMountAnnotation>()
                .Where(mount => mount.Target == DataFolder)
                .ToList()
        )
        {
            // A running graph names the volume after its data folder.
            postgres.Resource.Annotations.Remove(mount);
        }

        postgres
            .WithVolume(postgres.Resource.Name, DataFolder)
            .WithAnnotation(
                new ContainerSettings
                {
                    // Index builds share memory between their workers.
                    SharedMemory = "1g",
                    StopGrace = TimeSpan.FromSeconds(60),
                    Limits = Limits("POSTGRES", "PostgreSQL", new ServiceLimits { Cores = 4, MemoryMegabytes = 4096 }),
                    // Over TCP: the first start runs a server of its own on the socket alone.
                    Health = new ContainerHealth(
                        "CMD",
                        "pg_isready",
                        "-h",
                        "127.0.0.1",
                        "-U",
                        "postgres",
                        "-d",
                        databases.Single().DatabaseName
                    )
                    {
                        Interval = TimeSpan.FromSeconds(5),
                        StartPeriod = TimeSpan.FromSeconds(60),
                        Retries = 12,
                    },
                }
            );
    }

    private static void Describe(IResourceBuilder<RedisResource> redis)
    {
        redis.Resource.PasswordParameter!.Description = $"Redis's password. {PasswordComment}";
        redis
            .WithImage("redis", "7-alpine")
            // Every value in it can vanish: nothing is kept, and the oldest goes first.
            .WithArgs(context =>
                context.Args[^1] = $"exec {context.Args[^1]} --save '' --appendonly no --maxmemory 400mb --maxmemory-policy allkeys-lru"
            )
            .WithAnnotation(
                new ContainerSettings
                {
                    User = "999:1000",
                    IsLockedDown = true,
                    MemoryFolders = ["/tmp:mode=1777,size=16m", "/data:mode=1777,size=16m"],
                    Limits = Limits("CACHE", "Redis", new ServiceLimits { Cores = 1, MemoryMegabytes = 512 }),
                    Health = new ContainerHealth("CMD-SHELL", "REDISCLI_AUTH=$$REDIS_PASSWORD redis-cli ping | grep -q PONG")
                    {
                        Interval = TimeSpan.FromSeconds(5),
                        StartPeriod = TimeSpan.FromSeconds(30),
                        Retries = 12,
                    },
                }
            );
    }

    private static void DescribeServices(IDistributedApplicationBuilder builder, PublishedServices services, PlatformOptions options)
    {
        var repository = Path.GetDirectoryName(builder.AppHostDirectory)!;
        var embedModel = new ComposeVariable(
            "EMBED_MODEL",
            options.Models.Embed,
            "EmbedService's model by its id in the catalogue; default is the best default that is installed."
        );
        var rerankModel = new ComposeVariable("RERANK_MODEL", options.Models.Rerank, "RerankService's model.");
        var models = builder
            .AddDockerfile("models", repository, Dockerfile, "tools")
            .WithVolume(ModelsVolume, ModelsFolder)
            .WithArgs(
                "models",
                "pull",
                new ComposeVariable("PULL_MODEL", options.Models.Embed, "What the models job fetches; default is both defaults.")
            )
            .WithArgs(options.Models.Rerank == options.Models.Embed ? [] : (string[])[options.Models.Rerank])
            .WithArgs("--models-root", ModelsRoot)
            .WithValue(new ComposeVariable("HF_ENDPOINT", "", "A mirror of Hugging Face, where this machine needs one."), "HF_ENDPOINT")
            .WithValue(new ComposeVariable("HF_TOKEN", "", "The credentials for models that ask for some.", IsSecret: true), "HF_TOKEN")
            .WithAnnotation(
                Ours with
                {
                    ReachesOut = true,
                    Limits = Limits("PULL", "the models job", new ServiceLimits { Cores = 1, MemoryMegabytes = 2048 }),
                }
            );

        var modelsKey = builder
            .AddParameter("models-key", secret: true)
            .WithDescription("The key that SearchApi sends to EmbedService and RerankService.");
        var modelsKeyHash = builder
            .AddParameter("models-key-hash", secret: true)
            .WithDescription("The SHA-256 of MODELS_KEY; `embedctl keys new` makes a key and its hash.");
        var searchKeyHash = builder
            .AddParameter("search-key-hash", secret: true)
            .WithDescription("The SHA-256 of the key of SearchApi's callers.");
        var modelServices = Each(services.Embed, "embed", "EmbedService", embedModel, options.Limits.Embed)
            .Concat(Each(services.Rerank, "rerank", "RerankService", rerankModel, options.Limits.Rerank));
        foreach (var (service, stage, model, limits, memory) in modelServices)
        {
            service
                .WithValue(model, "Inference__Model")
                .WithEnvironment("Inference__ModelsRoot", ModelsRoot)
                .WithValue(memory, "Inference__MemoryMegabytes")
                // A quarter of the container's memory for managed objects, in base 16; the rest is the models' and their runs'.
                .WithEnvironment("DOTNET_GCHeapHardLimitPercent", "19")
                .WithKey("search", modelsKeyHash, "embed,rerank")
                .WaitForCompletion(models)
                .PublishAs(
                    stage,
                    repository,
                    Service with
                    {
                        Limits = limits,
                    },
                    image => image.WithVolume(ModelsVolume, ModelsFolder, isReadOnly: true)
                );
        }

        services
            .Search.WithEnvironment("ApiKeys__Send__embed", modelsKey)
            .WithEnvironment("ApiKeys__Send__rerank", modelsKey)
            .WithValue(
                new ComposeVariable("SEARCH_KEY_NAME", "client", "The name of the key of SearchApi's callers."),
                "ApiKeys__Keys__0__Name"
            )
            .WithEnvironment("ApiKeys__Keys__0__Hash", searchKeyHash)
            .WithValue(
                new ComposeVariable("SEARCH_KEY_SCOPES", "search,write", "What that key may do: search, write, metrics, admin."),
                "ApiKeys__Keys__0__Scopes"
            )
            .WithEndpoint("http", endpoint => endpoint.Port = 7080)
            .PublishAs(
                "search",
                repository,
                Service with
                {
                    Limits = Limits("SEARCH", "SearchApi", new ServiceLimits { Cores = 2, MemoryMegabytes = 1024 }),
                }
            );
    }

    // A run starts everything side by side; `docker compose up` shows the state of what it waits for.
    private static void WaitForOthers(IDistributedApplicationBuilder builder, PublishedServices services)
    {
        foreach (
            var other in (IResourceBuilder<IResource>[])
                [
                    .. services.Embed,
                    .. services.Rerank,
                    .. builder.Resources.OfType<PostgresDatabaseResource>().Select(builder.CreateResourceBuilder),
                    .. builder.Resources.OfType<RedisResource>().Select(builder.CreateResourceBuilder),
                ]
        )
        {
            services.Search.WaitFor(other);
        }
    }

    // Replicas share variables: each has an equal part of what one alone would have.
    private static IEnumerable<(
        IResourceBuilder<ServiceResource> Service,
        string Stage,
        ComposeVariable Model,
        ContainerLimits Limits,
        ComposeVariable Memory
    )> Each(
        IReadOnlyList<IResourceBuilder<ServiceResource>> replicas,
        string stage,
        string name,
        ComposeVariable model,
        ServiceLimits together
    )
    {
        var each = together.Share(replicas.Count);
        var prefix = stage.ToUpperInvariant();
        var limits = Limits(prefix, name, each);
        var memory = new ComposeVariable(
            $"{prefix}_MODELS_MEGABYTES",
            ((int)(each.MemoryMegabytes * 0.6)).ToString(CultureInfo.InvariantCulture),
            $"The part of {prefix}_MEMORY that loaded models may take, in megabytes: six tenths."
        );
        return replicas.Select(replica => (replica, stage, model, limits, memory));
    }

    private static ContainerLimits Limits(string prefix, string name, ServiceLimits limits) =>
        new(
            new ComposeVariable(
                $"{prefix}_CPUS",
                limits.Cores.ToString(CultureInfo.InvariantCulture),
                $"The cores of {name}; Docker refuses more than the machine has."
            ),
            new ComposeVariable(
                $"{prefix}_MEMORY",
                limits.MemoryMegabytes % 1024 == 0 ? $"{limits.MemoryMegabytes / 1024}G" : $"{limits.MemoryMegabytes}M",
                $"The memory of {name}."
            )
        );

    private static void AddDashboard(IDistributedApplicationBuilder builder) =>
        builder
            .AddContainer("dashboard", "mcr.microsoft.com/dotnet/aspire-dashboard", "latest")
            .WithEndpoint(port: 18888, targetPort: 18888, scheme: "http", name: "http", isExternal: true)
            .WithEndpoint(targetPort: 18889, scheme: "http", name: "otlp")
            .WithAnnotation(
                new ContainerSettings
                {
                    Profile = "dashboard",
                    Limits = Limits("DASHBOARD", "the dashboard", new ServiceLimits { Cores = 1, MemoryMegabytes = 1024 }),
                }
            )
            // Azure has one of its own.
            .ExcludeFromManifest();

    private static void PublishAs(
        this IResourceBuilder<ServiceResource> service,
        string stage,
        string repository,
        ContainerSettings settings,
        Action<IResourceBuilder<ContainerResource>>? configure = null
    ) =>
        service
            .WithEndpoint(
                "http",
                endpoint =>
                {
                    endpoint.Port = endpoint.IsExternal ? endpoint.Port : null;
                    endpoint.TargetPort = Port;
                }
            )
            .WithEnvironment(context => RemoveSuperfluous(context.EnvironmentVariables))
            .WithValue(Telemetry, "OTEL_EXPORTER_OTLP_ENDPOINT")
            .WithEnvironment("OTEL_SERVICE_NAME", service.Resource.Name)
            .WithReferenceEnvironment(
                ReferenceEnvironmentInjectionFlags.ConnectionString | ReferenceEnvironmentInjectionFlags.ServiceDiscovery
            )
            .WithAnnotation(settings)
            .PublishAsDockerFile(image =>
            {
                image.WithDockerfile(repository, Dockerfile, stage);
                configure?.Invoke(image);
            });

    private static void RemoveSuperfluous(Dictionary<string, object> environment)
    {
        // A connection string says it all; VECTORS_PASSWORD, VECTORS_URI and the like repeat its parts.
        var repeated = environment
            .Keys.Where(name => name.StartsWith(ConnectionStrings, StringComparison.Ordinal))
            .Select(name => $"{name[ConnectionStrings.Length..].ToUpperInvariant()}_")
            .ToList();
        environment
            .Keys.Where(name => repeated.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
            .ToList()
            .ForEach(name => environment.Remove(name));
    }

    private static IResourceBuilder<ServiceResource> WithKey(
        this IResourceBuilder<ServiceResource> service,
        string name,
        IResourceBuilder<ParameterResource> hash,
        string scopes
    ) =>
        service
            .WithEnvironment("ApiKeys__Keys__0__Name", name)
            .WithEnvironment("ApiKeys__Keys__0__Hash", hash)
            .WithEnvironment("ApiKeys__Keys__0__Scopes", scopes);

    private static IResourceBuilder<T> WithValue<T>(this IResourceBuilder<T> resource, ComposeVariable value, string name)
        where T : IResourceWithEnvironment => resource.WithEnvironment(context => context.EnvironmentVariables[name] = value);
}
