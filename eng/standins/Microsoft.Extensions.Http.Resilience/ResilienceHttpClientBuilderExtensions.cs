using System.Collections.Concurrent;
using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace Microsoft.Extensions.DependencyInjection;

public static class ResilienceHttpClientBuilderExtensions
{
    public static IHttpStandardResiliencePipelineBuilder AddStandardResilienceHandler(this IHttpClientBuilder builder) =>
        builder.AddStandardResilienceHandler(_ => { });

    public static IHttpStandardResiliencePipelineBuilder AddStandardResilienceHandler(
        this IHttpClientBuilder builder, Action<HttpStandardResilienceOptions> configure)
    {
        var options = new HttpStandardResilienceOptions();
        configure(options);
        if (options.CircuitBreaker.SamplingDuration < options.AttemptTimeout.Timeout * 2)
        {
            throw new ArgumentException("The sampling duration of circuit breaker strategy needs to be at least double of an attempt timeout.", nameof(configure));
        }

        // Handlers are made anew every two minutes; what is known of the other side is not.
        var pipelines = new ConcurrentDictionary<string, ResiliencePipeline<HttpResponseMessage>>();
        builder.AddHttpMessageHandler(() => new ResilienceHttpHandler(pipelines, () => Build(options)));
        return new StandardPipelineBuilder(builder.Name, builder.Services);
    }

    private static ResiliencePipeline<HttpResponseMessage> Build(HttpStandardResilienceOptions options) =>
        new ResiliencePipelineBuilder<HttpResponseMessage>()
            .AddTimeout(options.TotalRequestTimeout)
            .AddRetry(options.Retry)
            .AddCircuitBreaker(options.CircuitBreaker)
            .AddTimeout(options.AttemptTimeout)
            .Build();

    private sealed record StandardPipelineBuilder(string PipelineName, IServiceCollection Services) : IHttpStandardResiliencePipelineBuilder;
}
