using EmbedPlatform.Bench;
using EmbedPlatform.Bench.Replicas;
using EmbedPlatform.Client;

// The options are in bench/README.md.
try
{
    var settings = Settings.Parse(args);
    var report = new Report(settings.Json);
    report.Figure("cores", Environment.ProcessorCount);
    report.Fact("load before", File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown");
    report.Figure("cores of an EmbedService", settings.EmbedShare);
    report.Figure("cores of a SearchApi", settings.SearchShare);
    var wrong = 0L;
    Round? first = null;
    foreach (var replicas in settings.Replicas)
    {
        var round = await Round.RunAsync(settings, replicas);
        first ??= round;
        report.Figure($"{replicas}: documents embedded", round.DocumentsPerSecond, "/s");
        report.Figure($"{replicas}: documents, against the first", round.DocumentsPerSecond / first.DocumentsPerSecond);
        report.Figure($"{replicas}: searches", round.QueriesPerSecond, "/s");
        report.Figure($"{replicas}: searches, against the first", round.QueriesPerSecond / first.QueriesPerSecond);
        report.Figure($"{replicas}: search p50", round.Milliseconds, "ms");
        report.Figure($"{replicas}: documents lost", round.Lost);
        report.Figure($"{replicas}: chunks embedded twice", round.Twice);
        report.Figure($"{replicas}: calls failed", round.Failed);
        report.Figure($"{replicas}: busiest EmbedService's share", round.Busiest);
        wrong += Math.Abs(round.Lost) + Math.Abs(round.Twice) + round.Failed;
    }

    report.End();
    return wrong == 0 ? 0 : 1;
}
catch (Exception exception) when (exception is UsageException or PlatformException or IOException)
{
    Console.Error.WriteLine($"bench replicas: {exception.Message}");
    return exception is UsageException ? 2 : 1;
}
