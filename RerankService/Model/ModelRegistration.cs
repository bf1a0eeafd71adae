using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.ModelServiceDefaults.Hosting;

namespace EmbedPlatform.RerankService.Model;

internal static class ModelRegistration
{
    public static IServiceCollection AddRerankModel(this IServiceCollection services) =>
        services.AddModelPool<IRerankModel>(
            ModelTask.Rerank,
            open: (installed, options) => RerankModel.Load(installed, options),
            warm: (model, cancellationToken) => model.ScoreAsync("warm", ["warm"], new RequestOptions(), cancellationToken),
            decorate: (_, model) => new TracedRerankModel(model)
        );
}
