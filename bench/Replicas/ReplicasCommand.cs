using System.CommandLine;
using System.Globalization;
using EmbedPlatform.Bench.Measurement;
using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Bench.Replicas;

/// <summary><c>embedctl bench replicas</c>.</summary>
internal static class ReplicasCommand
{
    private const double LeastCores = 0.05;
    private const double MostCores = 64;

    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "replicas",
            "Starts PostgreSQL, Redis and 1, 2 and 4 replicas of SearchApi and EmbedService, each limited to a part of a core,\n"
                + "indexes and searches documents, and prints throughput and whether anything was lost or embedded twice.\n"
                + "Needs the source tree, Linux and root (control groups)."
        );
        var replicas = command.AddOption(
            new Option<int[]>("--replicas")
            {
                Description = "How many of each service, one number after the other",
                HelpName = "N,N",
                DefaultValueFactory = _ => [1, 2, 4],
                CustomParser = result =>
                {
                    var text = result.Tokens[^1].Value;
                    int[] numbers =
                    [
                        .. text.Split(',')
                            .Select(part =>
                                int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0
                            ),
                    ];
                    if (numbers.Contains(0))
                    {
                        result.AddError($"--replicas must be numbers from 1, separated by commas, not '{text}'");
                    }

                    return numbers;
                },
            }
        );
        var documents = command.AddOption(
            new Option<int>("--documents") { Description = "How many documents are embedded", DefaultValueFactory = _ => 600 }.AtLeast(1)
        );
        var seconds = command.AddOption(
            new Option<int>("--seconds") { Description = "Duration of the searches", DefaultValueFactory = _ => 20 }.AtLeast(1)
        );
        var embedCores = command.AddOption(Cores("--embed-share", "EmbedService", 0.2));
        var searchCores = command.AddOption(Cores("--search-share", "SearchApi", 0.15));
        var model = command.AddOption(CommonOptions.Model());
        var modelsRoot = command.AddOption(CommonOptions.ModelsRoot());
        var json = command.AddOption(CommonOptions.Json());

        return command.WithAction(
            terminal,
            async (parse, cancellationToken) =>
            {
                var settings = new ReplicasSettings
                {
                    Documents = parse.GetValue(documents),
                    Seconds = parse.GetValue(seconds),
                    EmbedCores = parse.GetValue(embedCores),
                    SearchCores = parse.GetValue(searchCores),
                    Model = parse.GetValue(model),
                    ModelsRoot = parse.GetValue(modelsRoot) ?? "",
                };
                var report = new Report(terminal, parse.GetValue(json));
                report.Figure("cores", Environment.ProcessorCount);
                report.Fact("load before", Host.LoadAverage);
                report.Figure("cores of an EmbedService", settings.EmbedCores);
                report.Figure("cores of a SearchApi", settings.SearchCores);
                var problems = 0L;
                ReplicaRun? first = null;
                foreach (var number in parse.GetRequiredValue(replicas))
                {
                    var run = await ReplicaRun.RunAsync(settings, number, report).WaitAsync(cancellationToken);
                    first ??= run;
                    Write(report, run, first);
                    problems += Math.Abs(run.Lost) + Math.Abs(run.Twice) + run.Failed;
                }

                report.End();
                return problems == 0 ? 0 : 1;
            }
        );
    }

    private static void Write(Report report, ReplicaRun run, ReplicaRun first)
    {
        var replicas = run.Replicas;
        report.Figure($"{replicas}: documents embedded", run.DocumentsPerSecond, "/s");
        report.Figure($"{replicas}: documents, against the first", run.DocumentsPerSecond / first.DocumentsPerSecond);
        report.Figure($"{replicas}: searches", run.QueriesPerSecond, "/s");
        report.Figure($"{replicas}: searches, against the first", run.QueriesPerSecond / first.QueriesPerSecond);
        report.Figure($"{replicas}: search p50", run.Milliseconds, "ms");
        report.Figure($"{replicas}: documents lost", run.Lost);
        report.Figure($"{replicas}: chunks embedded twice", run.Twice);
        report.Figure($"{replicas}: calls failed", run.Failed);
        report.Figure($"{replicas}: busiest EmbedService's share", run.Busiest);
    }

    private static Option<double> Cores(string name, string service, double otherwise)
    {
        var option = new Option<double>(name)
        {
            Description = $"Cores of each {service}",
            HelpName = "CORES",
            DefaultValueFactory = _ => otherwise,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && double.TryParse(text, CultureInfo.InvariantCulture, out var cores))
            {
                if (cores is < LeastCores or > MostCores)
                {
                    result.AddError(
                        string.Create(CultureInfo.InvariantCulture, $"{name} must be {LeastCores} to {MostCores}, not {cores}")
                    );
                }
            }
        });
        return option;
    }
}
