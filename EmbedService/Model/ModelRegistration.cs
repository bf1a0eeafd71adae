using EmbedPlatform.EmbedService.Caching;
using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Serving;
using EmbedPlatform.ServiceDefaults.Startup;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.EmbedService.Model;

/// <summary>Loads the model while the service starts.</summary>
internal static class ModelRegistration
{
    public static IServiceCollection AddEmbeddingModel(this IServiceCollection services)
    {
        services.AddOptions<InferenceOptions>()
            .BindConfiguration(InferenceOptions.SectionName)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<IModelPool<IEmbeddingModel>, SingleModel>();
        return services.AddLoadedAtStart<IEmbeddingModel>("model", LoadAsync, Describe);
    }

    private static async Task<IEmbeddingModel> LoadAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var options = services.GetRequiredService<IOptions<InferenceOptions>>().Value;
        var model = EmbeddingModel.Load(ModelStore.Open(options).Resolve(ModelTask.Embed, options.Model), options);
        try
        {
            // The first run allocates and plans; it is paid here rather than by the first caller.
            await model.EmbedAsync(["warm"], new EmbedOptions(), cancellationToken);
            return model.WithCache(services);
        }
        catch
        {
            await model.DisposeAsync();
            throw;
        }
    }

    private static Dictionary<string, object> Describe(IServiceProvider services, IEmbeddingModel? model) => model is null
        ? new()
        {
            ["model"] = services.GetRequiredService<IOptions<InferenceOptions>>().Value.Model,
            ["model_loaded"] = false,
        }
        : new()
        {
            ["model"] = model.Model.Id,
            ["model_loaded"] = true,
            ["revision"] = model.Model.Revision,
            ["variant"] = model.Model.Variant,
            ["dimension"] = model.Model.Dimension,
            ["max_tokens"] = model.Model.MaxTokens,
            ["queued_tokens"] = model.Status.QueuedTokens,
        };
}
