using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Serving;
using EmbedPlatform.ModelHosting.Limits;
using EmbedPlatform.ServiceDefaults.Failures;
using EmbedPlatform.ServiceDefaults.Startup;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.ModelHosting;

/// <summary>Registers the models that a service serves.</summary>
public static partial class PoolRegistration
{
    private const string LogCategory = "EmbedPlatform.Models";

    private static readonly TimeSpan AfterMemory = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Loads the default model beside the start of the server and serves the others of its task by name (<see cref="IModelPool{TModel}"/>). Until then
    /// <c>/health</c> is 503; where neither it nor its fallback can be loaded, the process says why in one line and ends with exit code 1.
    /// </summary>
    /// <typeparam name="TModel">What serves.</typeparam>
    /// <param name="services">The service collection.</param>
    /// <param name="task">What the models are for.</param>
    /// <param name="open">Opens an installed model.</param>
    /// <param name="warm">Runs it once.</param>
    /// <param name="decorate">Wraps every loaded model, such as with a cache; what it returns owns what it wraps. Null: nothing.</param>
    public static IServiceCollection AddModelPool<TModel>(
        this IServiceCollection services,
        ModelTask task,
        Func<InstalledModel, InferenceOptions, TModel> open,
        Func<TModel, CancellationToken, Task> warm,
        Func<IServiceProvider, TModel, TModel>? decorate = null)
        where TModel : class, IInferenceModel
    {
        services.AddOptions<InferenceOptions>()
            .BindConfiguration(InferenceOptions.SectionName)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<InferenceOptions>>().Value;
            var log = provider.GetRequiredService<ILoggerFactory>().CreateLogger(LogCategory);
            var source = new InstalledModels<TModel>(task, options, open, warm, decorate is null ? null : model => decorate(provider, model));
            return new ModelPool<TModel>(source, options, KnownNames.Of(task), TimeProvider.System, message => LogPool(log, message));
        });
        services.AddSingleton<PairCatalog>();
        services.AddSingleton<IModelPool<TModel>>(provider => provider.GetRequiredService<ModelPool<TModel>>());
        services.AddLoadedAtStart<ModelPool<TModel>>(
            "model",
            async (provider, cancellationToken) =>
            {
                var pool = provider.GetRequiredService<ModelPool<TModel>>();
                Limit(provider.GetRequiredService<IOptions<InferenceOptions>>().Value, provider.GetRequiredService<ILoggerFactory>());
                await pool.StartAsync(cancellationToken);
                return pool;
            },
            PoolHealth.Describe);
        services.AddHealthChecks().AddCheck<PoolHealth.Queue<TModel>>("queue").AddCheck<PoolHealth.Default<TModel>>("default_model");
        // A name that is not served is for each service to tell: its wire formats name the field.
        return services.MapProblems(map => map
            .Map<ModelUnavailableException>(away => Problems.Unavailable(away.RetryAfter, away.Message))
            .Map<QueueFullException>(full => Problems.Busy(full.RetryAfter, "The queue is full; nothing of the request was taken."))
            .Map<DeadlineExceededException>(late => Problems.TooLate(late.Message))
            .Map<ModelOutOfMemoryException>(_ => Problems.Unavailable(AfterMemory, "The model found no memory for the request.")));
    }

    private static void Limit(InferenceOptions options, ILoggerFactory logging)
    {
        if (options.Cores > 0 && CoreAffinity.Restrict(options.Cores, options.FirstCore) is { } reason)
        {
            LogCores(logging.CreateLogger(LogCategory), options.Cores, reason);
        }

        EngineMemory.Apply(options);
        CallerThreads.Reserve(options);
    }

    [LoggerMessage(LogLevel.Warning, "The process is not kept to {Cores} cores: {Reason}")]
    private static partial void LogCores(ILogger logger, int cores, string reason);

    [LoggerMessage(LogLevel.Information, "{Message}")]
    private static partial void LogPool(ILogger logger, string message);
}
