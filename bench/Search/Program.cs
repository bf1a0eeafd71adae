using EmbedPlatform.Bench;
using EmbedPlatform.Bench.Search;
using EmbedPlatform.Client;
using Npgsql;

// The options are in bench/README.md.
try
{
    var settings = Settings.Parse(args);
    var report = new Report(settings.Json, width: 50);
    await using var subject = await Subject.OpenAsync(settings);
    await subject.DescribeAsync(report);
    await new LatencyScenario(subject, report).RunAsync();
    await new RecallScenario(subject, report).RunAsync();
    report.End();
    return 0;
}
catch (Exception exception) when (exception is UsageException or PlatformException or NpgsqlException or HttpRequestException)
{
    Console.Error.WriteLine($"bench search: {exception.Message}");
    return exception is UsageException ? 2 : 1;
}
