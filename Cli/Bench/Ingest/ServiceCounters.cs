using System.Globalization;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Platforms;

namespace EmbedPlatform.Cli.Bench.Ingest;

/// <summary>What EmbedService counts of itself.</summary>
/// <param name="ModelCpu">Processor time of its model's runs.</param>
/// <param name="Texts">Texts that its model ran.</param>
/// <param name="Truncated">Texts that were longer than the model takes; who sent them sends their halves.</param>
/// <param name="Tokens">Tokens that its model ran.</param>
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
                TimeSpan.FromSeconds(Sum(lines, "embedplatform_inference_batch_cpu_seconds_total")),
                (long)Sum(lines, "embedplatform_inference_texts_total"),
                (long)Sum(lines, "embedplatform_inference_truncated_texts_total"),
                (long)Sum(lines, "embedplatform_inference_tokens_total")
            );
        }
        catch (HttpRequestException failure)
        {
            throw new CommandException($"EmbedService does not tell its metrics: {failure.Message}", failure);
        }
    }

    /// <summary>The sum of a metric over its labels.</summary>
    internal static double Sum(IEnumerable<string> lines, string name) =>
        lines
            .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Length > name.Length && line[name.Length] is '{' or ' ')
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
}
