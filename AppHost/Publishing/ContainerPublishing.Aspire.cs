using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using EmbedPlatform.AppHost.Services;

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
        var models = builder.AddDockerfile("models", repository, Dockerfile, "tools")
            .WithArgs("models", "pull", "default", "--models-root", ModelsRoot)
            .WithVolume(ModelsVolume, ModelsFolder);

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
                .PublishAsDockerFile(image => image.WithDockerfile(repository, Dockerfile, stage).WithVolume(ModelsVolume, ModelsFolder, isReadOnly: true));
        }

        services.Search
            .WithEnvironment("ApiKeys__Send__embed", modelsKey)
            .WithEnvironment("ApiKeys__Send__rerank", modelsKey)
            .WithKey(builder.AddParameter("search-key-hash", secret: true), "client", "search,write")
            .PublishAsDockerFile(image => image.WithDockerfile(repository, Dockerfile, "search"));
    }

    private static IResourceBuilder<ServiceResource> WithKey(
        this IResourceBuilder<ServiceResource> service, IResourceBuilder<ParameterResource> hash, string name, string scopes) =>
        service
            .WithEnvironment("ApiKeys__Keys__0__Name", name)
            .WithEnvironment("ApiKeys__Keys__0__Hash", hash)
            .WithEnvironment("ApiKeys__Keys__0__Scopes", scopes);

}
