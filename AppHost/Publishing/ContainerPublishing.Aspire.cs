using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Docker.Resources.ComposeNodes;
using Aspire.Hosting.Docker.Resources.ServiceNodes;

namespace EmbedPlatform.AppHost.Publishing;

internal static partial class ContainerPublishing
{
    private const string Dockerfile = "deploy/images/Dockerfile";
    private const string ModelsVolume = "models";
    private const string ModelsFolder = "/models";
    private const string ModelsRoot = "/app/models;/models";
    private const string User = "1654:1654";

    static partial void Describe(IDistributedApplicationBuilder builder, PublishedServices services, ref bool described)
    {
        described = true;
        var repository = Path.GetDirectoryName(builder.AppHostDirectory)!;
        // azd asks for a manifest, which knows no Compose.
        if (builder.Configuration["Publishing:Publisher"] != "manifest")
        {
            builder.AddDockerComposeEnvironment("compose");
        }

        var models = builder.AddDockerfile("models", repository, Dockerfile, "tools")
            .WithArgs("models", "pull", "default", "--models-root", ModelsRoot)
            .WithVolume(ModelsVolume, ModelsFolder)
            .PublishAsDockerComposeService((_, service) => Harden(service, new PublishedLimits(1, 2), restart: "no"));

        var modelsKey = builder.AddParameter("models-key", secret: true);
        var modelsKeyHash = builder.AddParameter("models-key-hash", secret: true);
        var modelServices = services.Embed.Select(replica => (replica, "embed", PublishedLimits.Embed.Share(services.Embed.Count)))
            .Concat(services.Rerank.Select(replica => (replica, "rerank", PublishedLimits.Rerank.Share(services.Rerank.Count))));
        foreach (var (service, stage, limits) in modelServices)
        {
            service
                .WithEnvironment("Inference__ModelsRoot", ModelsRoot)
                .WithKey(modelsKeyHash, "search", "embed,rerank")
                .WaitForCompletion(models)
                .PublishAsDockerFile(image => image.WithDockerfile(repository, Dockerfile, stage).WithVolume(ModelsVolume, ModelsFolder, isReadOnly: true))
                .PublishAsDockerComposeService((_, compose) => Harden(compose, limits));
        }

        services.Search
            .WithEnvironment("ApiKeys__Send__embed", modelsKey)
            .WithEnvironment("ApiKeys__Send__rerank", modelsKey)
            .WithKey(builder.AddParameter("search-key-hash", secret: true), "client", "search,write")
            .PublishAsDockerFile(image => image.WithDockerfile(repository, Dockerfile, "search"))
            .PublishAsDockerComposeService((_, compose) => Harden(compose, PublishedLimits.Search));
    }

    private static IResourceBuilder<ProjectResource> WithKey(
        this IResourceBuilder<ProjectResource> service, IResourceBuilder<ParameterResource> hash, string name, string scopes) =>
        service
            .WithEnvironment("ApiKeys__Keys__0__Name", name)
            .WithEnvironment("ApiKeys__Keys__0__Hash", hash)
            .WithEnvironment("ApiKeys__Keys__0__Scopes", scopes);

    // As deploy/compose/docker-compose.yml has it; container runtime arguments do not reach a compose file.
    private static void Harden(Service service, PublishedLimits limits, string restart = "unless-stopped")
    {
        service.User = User;
        service.ReadOnly = true;
        service.CapDrop = ["ALL"];
        service.SecurityOpt = ["no-new-privileges:true"];
        service.Tmpfs = ["/tmp:mode=1777,size=64m"];
        service.Restart = restart;
        service.Deploy ??= new();
        service.Deploy.Resources = new() { Limits = new() { Cpus = limits.Cpus, Memory = limits.Memory } };
        if (restart != "no")
        {
            service.StopGracePeriod = "90s";
            service.Healthcheck = new Healthcheck
            {
                Test = ["CMD", "dotnet", "/probe/EmbedPlatform.HealthProbe.dll"],
                Interval = "10s",
                Timeout = "5s",
                Retries = 3,
                StartPeriod = "300s",
            };
        }
    }
}
