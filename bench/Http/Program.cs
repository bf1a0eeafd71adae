using EmbedPlatform.Bench;
using EmbedPlatform.Bench.Http;
using EmbedPlatform.Inference.Models;

// The options are in bench/README.md.
try
{
    var settings = Settings.Parse(args);
    var subject = new Subject(settings);
    var report = new Report(settings.Json);
    subject.Describe(report);
    await (
        settings.Scenario switch
        {
            "overload" => OverloadScenario.RunAsync(subject, report),
            "cores" => CoresScenario.RunAsync(subject, report),
            _ => CostScenario.RunAsync(subject, report),
        }
    );
    report.End();
    return 0;
}
catch (Exception exception) when (exception is UsageException or ModelException or IOException)
{
    Console.Error.WriteLine($"bench http: {exception.Message}");
    return exception is UsageException ? 2 : 1;
}
