using EmbedPlatform.Bench;
using EmbedPlatform.Bench.Engine;
using EmbedPlatform.Inference.Models;

// The options are in bench/README.md.
try
{
    var settings = Settings.Parse(args);
    var subject = new Subject(settings);
    var report = new Report(settings.Json);
    subject.Describe(report);
    await (
        settings.Soak > 0
            ? Soak.RunAsync(subject, report)
            : settings.Scenario switch
            {
                "chunks500" => ChunksScenario.RunAsync(subject, report),
                "rerank" => RerankScenario.RunAsync(subject, report),
                "latency" => LatencyScenario.RunAsync(subject, report),
                "memory" => MemoryScenario.RunAsync(subject, args, report),
                "profile" => Task.Run(() => OperatorTimes.Measure(subject)),
                _ => MixedScenario.RunAsync(subject, report),
            }
    );
    report.End();
    return 0;
}
catch (Exception exception) when (exception is UsageException or ModelException or IOException)
{
    Console.Error.WriteLine($"bench engine: {exception.Message}");
    return exception is UsageException ? 2 : 1;
}
