using System.Globalization;
using EmbedPlatform.Bench.Measurement;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.TestKit;

namespace EmbedPlatform.Bench.Http;

/// <summary>
/// The CPU time over wall time of a service that is limited to one core, as the AppHost limits it, under a load above its capacity.
/// </summary>
internal static class CoresScenario
{
    /// <summary>One core, with tolerance: the system counts CPU time in hundredths of a second.</summary>
    private const double Most = 1.05;

    /// <exception cref="CommandException">The service used more.</exception>
    public static async Task RunAsync(HttpWorkload workload, Report report)
    {
        var bodies = new OverloadScenario.Bodies(workload, OverloadScenario.Texts, OverloadScenario.Tokens);
        await using var service = await workload.StartServiceAsync(
            new Dictionary<string, string>
            {
                ["Inference__Cores"] = "1",
                ["Inference__Workers"] = "1",
                ["DOTNET_PROCESSOR_COUNT"] = "1",
            }
        );
        await OverloadScenario.Closed(service.Http, bodies, TimeSpan.FromSeconds(2), callers: 1);
        var capacity = (await OverloadScenario.Closed(service.Http, bodies, TimeSpan.FromSeconds(4), callers: 4)).Count / 4.0;
        report.Figure("capacity", capacity, $"requests/s of {OverloadScenario.Texts} texts of {OverloadScenario.Tokens} tokens");

        var use = new CpuSampler(service.Id);
        using var stop = new CancellationTokenSource();
        var watch = use.WatchAsync(stop.Token);
        var outcomes = await OverloadScenario.Open(service.Http, bodies, capacity * workload.Settings.Factor, workload.Settings, report);
        await stop.CancelAsync();
        await watch;

        double[] seconds = [.. use.EachSecond()];
        report.Figure("offered", outcomes.Count / (double)workload.Settings.Seconds, "requests/s");
        report.Figure("not done", outcomes.Count(outcome => outcome.Status != 200) / (double)outcomes.Count, "of those");
        report.Fact(
            "cores used, each second",
            string.Join(' ', seconds.Select(cores => cores.ToString("F2", CultureInfo.InvariantCulture)))
        );
        report.Figure("cores used, most in a second", seconds.Max());
        report.Figure("cores used, in all", use.Whole());
        if (seconds.Append(use.Whole()).Any(cores => cores > Most))
        {
            throw new CommandException(
                $"the service used more than {Most.ToString(CultureInfo.InvariantCulture)} cores, with one core configured"
            );
        }
    }
}
