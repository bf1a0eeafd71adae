using EmbedPlatform.Bench.Processes;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Platforms;

namespace EmbedPlatform.Bench.Ingest;

/// <summary>EmbedService's counters.</summary>
/// <param name="ModelCpu">CPU time of the model's runs.</param>
/// <param name="Texts">Texts run by the model.</param>
/// <param name="Truncated">Texts longer than the model's limit; SearchApi halves them and sends them again.</param>
/// <param name="Tokens">Tokens run by the model.</param>
internal sealed record ServiceCounters(TimeSpan ModelCpu, long Texts, long Truncated, long Tokens)
{
    /// <summary>Reads them from <c>/metrics</c>.</summary>
    /// <exception cref="CommandException">EmbedService does not answer.</exception>
    public static async Task<ServiceCounters> ReadAsync(Uri service, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = new Uri(service.AbsoluteUri.TrimEnd('/') + "/") };
        Client.Http.ApiKey.Send(http, Environment.GetEnvironmentVariable(PlatformClients.KeyVariable));
        try
        {
            var lines = (await http.GetStringAsync("metrics", cancellationToken)).Split('\n');
            return new ServiceCounters(
                TimeSpan.FromSeconds(PrometheusText.Sum(lines, "embedplatform_inference_batch_cpu_seconds_total")),
                (long)PrometheusText.Sum(lines, "embedplatform_inference_texts_total"),
                (long)PrometheusText.Sum(lines, "embedplatform_inference_truncated_texts_total"),
                (long)PrometheusText.Sum(lines, "embedplatform_inference_tokens_total")
            );
        }
        catch (HttpRequestException failure)
        {
            throw new CommandException($"cannot read EmbedService's metrics: {failure.Message}", failure);
        }
    }
}
