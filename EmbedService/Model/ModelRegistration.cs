using EmbedPlatform.EmbedService.Caching;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.ModelServiceDefaults.Hosting;

namespace EmbedPlatform.EmbedService.Model;

internal static class ModelRegistration
{
    public static IServiceCollection AddEmbeddingModel(this IServiceCollection services) =>
        services.AddModelPool<IEmbeddingModel>(
            ModelTask.Embed,
            open: (installed, options) => EmbeddingModel.Load(installed, options),
            warm: (model, cancellationToken) => model.EmbedAsync(["warm"], new EmbedOptions(), cancellationToken),
            decorate: (services, model) => new TracedEmbeddingModel(model.WithCache(services))
        );
}
