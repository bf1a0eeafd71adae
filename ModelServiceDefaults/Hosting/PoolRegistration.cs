using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.ModelPools;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.ModelServiceDefaults.Limits;
using EmbedPlatform.ServiceDefaults.Configuration;
using EmbedPlatform.ServiceDefaults.Hosting;
using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.ModelServiceDefaults.Hosting;

public static partial class PoolRegistration
{
    private const string LogCategory = "EmbedPlatform.Models";

    private static readonly TimeSpan RetryAfterOutOfMemory = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Loads the default model in the background and serves the other models of the task by name (<see cref="IModelPool{TModel}"/>). Until
    /// then, <c>/health</c> is 503. If neither the default model nor its fallback loads, the process logs one line and exits with code 1.
    /// </summary>
    /// <param name="warm">Runs the model once.</param>
    /// <param name="decorate">Wraps every loaded model. The wrapper disposes the model.</param>
    public static IServiceCollection AddModelPool<TModel>(
        this IServiceCollection services,
        ModelTask task,
        Func<InstalledModel, InferenceOptions, TModel> open,
        Func<TModel, CancellationToken, Task> warm,
        Func<IServiceProvider, TModel, TModel>? decorate = null
    )
        where TModel : class, IInferenceModel
    {
        services.AddPlatformOptions<InferenceOptions>(
            InferenceOptions.SectionName,
            new Dictionary<string, string>
            {
                ["LoneMegabytes"] = nameof(InferenceOptions.LatencySessionMegabytes),
                ["RoomSeconds"] = nameof(InferenceOptions.MemoryTimeoutSeconds),
                ["KnownNames"] = nameof(InferenceOptions.ProviderAliases),
            }
        );
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<InferenceOptions>>().Value;
            var log = provider.GetRequiredService<ILoggerFactory>().CreateLogger(LogCategory);
            var source = new InstalledModelProvider<TModel>(
                task,
                options,
                open,
                warm,
                decorate is null ? null : model => decorate(provider, model)
            );
            return new ModelPool<TModel>(
                source,
                options,
                ProviderModelAliases.Of(task),
                TimeProvider.System,
                message => LogPool(log, message)
            );
        });
        services.AddSingleton<ModelPairCatalog>();
        services.AddSingleton<IModelPool<TModel>>(provider => provider.GetRequiredService<ModelPool<TModel>>());
        services.AddStartupValue<ModelPool<TModel>>(
            "model",
            async (provider, cancellationToken) =>
            {
                var pool = provider.GetRequiredService<ModelPool<TModel>>();
                ApplyLimits(provider.GetRequiredService<IOptions<InferenceOptions>>().Value, provider.GetRequiredService<ILoggerFactory>());
                await pool.StartAsync(cancellationToken);
                return pool;
            },
            PoolHealth.Describe
        );
        services.AddHealthChecks().AddCheck<PoolHealth.Queue<TModel>>("queue").AddCheck<PoolHealth.Default<TModel>>("default_model");
        // Each service maps ModelNotServedException itself: the field depends on its wire formats.
        return services.MapProblems(map =>
            map.Map<ModelUnavailableException>(unavailable => Problems.Unavailable(unavailable.RetryAfter, unavailable.Message))
                .Map<QueueFullException>(full => Problems.Busy(full.RetryAfter, "The queue is full. Nothing of the request was admitted."))
                .Map<DeadlineExceededException>(late => Problems.TooLate(late.Message))
                .Map<ModelOutOfMemoryException>(_ =>
                    Problems.Unavailable(RetryAfterOutOfMemory, "The model ran out of memory for the request.")
                )
        );
    }

    private static void ApplyLimits(InferenceOptions options, ILoggerFactory logging)
    {
        if (options.Cores > 0 && CoreAffinity.Restrict(options.Cores, options.FirstCore) is { } reason)
        {
            LogCores(logging.CreateLogger(LogCategory), options.Cores, reason);
        }

        EngineMemoryLimit.Apply(options);
        ThreadPoolHeadroom.Reserve(options);
    }

    [LoggerMessage(LogLevel.Warning, "The process cannot be limited to {Cores} cores: {Reason}")]
    private static partial void LogCores(ILogger logger, int cores, string reason);

    [LoggerMessage(LogLevel.Information, "{Message}")]
    private static partial void LogPool(ILogger logger, string message);
}
