using Aspire.Hosting;
using EmbedPlatform.AppHost;
using EmbedPlatform.AppHost.Backing;
using EmbedPlatform.AppHost.Lifecycle;
using EmbedPlatform.AppHost.Operations;
using EmbedPlatform.AppHost.Publishing;
using EmbedPlatform.AppHost.Services;

try
{
    var dashboard = Dashboard.Choose(args);
    var builder = DistributedApplication.CreateBuilder(
        new DistributedApplicationOptions
        {
            // Cleanup first: an AppHost that has exited leaves no process and no port behind. The version check is off because it takes a
            // second of a core, and a self-hosted platform makes no network calls that its user did not request.
            Args = ["--DcpPublisher:WaitForResourceCleanup=true", "--ASPIRE_VERSION_CHECK_DISABLED=true", .. dashboard.Arguments, .. args],
            DisableDashboard = !dashboard.IsWanted,
        }
    );
    var machine = builder.ExecutionContext.IsPublishMode ? Machine.Nominal : Machine.Current;
    var options = PlatformOptions.Read(builder.Configuration, machine);
    var ports = builder.ExecutionContext.IsRunMode ? Ports.Choose(options.Ports, builder.Configuration) : ServicePorts.Any;
    var data = new DataFolder(options.DataFolder, builder.AppHostDirectory);
    using var owned = builder.ExecutionContext.IsRunMode ? data.Take() : null;

    var (vectors, cache) = await BackingServices.AddAsync(builder, options.Backing, data);

    var embed = builder
        .AddReplicas<Projects.EmbedService>("embed", options.Replicas.Embed, ports.Embed)
        .WithLimitsFromFirstCore(options.Limits.Embed, machine)
        .Each(replica => replica.WithEnvironment("Inference__Model", options.Models.Embed).WithReference(cache).WithLinks("EmbedService"));

    var rerank = builder
        .AddReplicas<Projects.RerankService>("rerank", options.Replicas.Rerank, ports.Rerank)
        .WithLimitsFromLastCore(options.Limits.Rerank, machine)
        .Each(replica => replica.WithEnvironment("Inference__Model", options.Models.Rerank).WithLinks("RerankService"));

    // SearchApi waits for nothing: it responds with 503 until the database is there, and reports missing model services.
    var search = builder
        .AddService<Projects.SearchApi>("search", ports.Search)
        .WithReference(vectors)
        .WithReference(cache)
        .WithReferences(embed)
        .WithReferences(rerank)
        .WithLinks("SearchApi")
        .WithSearchCommands()
        .WithExternalHttpEndpoints();

    ContainerPublishing.Describe(builder, new PublishedServices(embed, rerank, search));

    return await builder.RunPlatformAsync(dashboard, data);
}
catch (RefusedException refused)
{
    Console.Error.WriteLine($"AppHost: {refused.Message}");
    return 1;
}
