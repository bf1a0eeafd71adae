using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Serving;
using EmbedPlatform.ServiceDefaults.Startup;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.RerankService.Model;

/// <summary>Loads the model while the service starts.</summary>
internal static class ModelRegistration
{
    public static IServiceCollection AddRerankModel(this IServiceCollection services)
    {
        services.AddOptions<InferenceOptions>()
            .BindConfiguration(InferenceOptions.SectionName)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<IModelPool<IRerankModel>, SingleModel>();
        return services.AddLoadedAtStart<IRerankModel>("model", LoadAsync, Describe);
    }

    private static async Task<IRerankModel> LoadAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var options = services.GetRequiredService<IOptions<InferenceOptions>>().Value;
        var model = RerankModel.Load(ModelStore.Open(options).Resolve(ModelTask.Rerank, options.Model), options);
        try
        {
            // The first run allocates and plans; it is paid here rather than by the first caller.
            await model.ScoreAsync("warm", ["warm"], new WorkOptions(), cancellationToken);
            return model;
        }
        catch
        {
            await model.DisposeAsync();
            throw;
        }
    }

    private static Dictionary<string, object> Describe(IServiceProvider services, IRerankModel? model) => model is null
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
            ["max_tokens"] = model.Model.MaxTokens,
            ["queued_tokens"] = model.Status.QueuedTokens,
        };
}
