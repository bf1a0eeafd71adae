using System.CommandLine;
using EmbedPlatform.Bench.Measurement;
using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Bench.Http;

/// <summary><c>embedctl bench http</c>.</summary>
internal static class HttpCommand
{
    private const string Cost = "cost",
        Overload = "overload",
        Cores = "cores";

    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "http",
            "Starts EmbedService and compares it with the engine alone and with transformers.js behind Node's HTTP server,\n"
                + "or overloads it. Needs the source tree; compares with transformers.js if Node and an npm registry are available."
        );
        var scenario = command.AddOption(
            new Option<string>("--scenario")
            {
                Description =
                    "cost (one question, cached and new, and a thousand texts), overload (more requests than the service can answer, "
                    + "in an open loop), cores (whether a service limited to one core uses no more)",
                DefaultValueFactory = _ => Cost,
            }
        );
        scenario.AcceptOnlyFromAmong(Cost, Overload, Cores);
        var model = command.AddOption(CommonOptions.Model());
        var modelsRoot = command.AddOption(CommonOptions.ModelsRoot());
        var texts = command.AddOption(CommonOptions.Texts());
        var redis = command.AddOption(
            new Option<string?>("--redis")
            {
                Description = "A Redis for the service's cache (else: the service's memory only)",
                HelpName = "HOST:PORT",
            }
        );
        var count = command.AddOption(Number("--count", "cost: how many questions of each kind", 500));
        var rounds = command.AddOption(Number("--rounds", "cost: how many times a thousand texts", 5));
        var seconds = command.AddOption(Number("--seconds", "overload, cores: duration of the load", 60));
        var factor = command.AddOption(Number("--factor", "overload, cores: the load as a multiple of the service's capacity", 4));
        var deadline = command.AddOption(Number("--deadline-ms", "overload: the deadline of each request", 2000));
        var noNode = command.AddOption(CommonOptions.NoNode());
        var json = command.AddOption(CommonOptions.Json());

        return command.WithAction(
            terminal,
            async (parse, cancellationToken) =>
            {
                var workload = new HttpWorkload(
                    new HttpSettings
                    {
                        Model = parse.GetValue(model),
                        ModelsRoot = parse.GetValue(modelsRoot) ?? "",
                        Texts = parse.GetValue(texts),
                        Redis = parse.GetValue(redis),
                        Count = parse.GetValue(count),
                        Rounds = parse.GetValue(rounds),
                        Seconds = parse.GetValue(seconds),
                        Factor = parse.GetValue(factor),
                        DeadlineMs = parse.GetValue(deadline),
                        Node = !parse.GetValue(noNode),
                    }
                );
                var report = new Report(terminal, parse.GetValue(json));
                workload.Describe(report);
                await (
                    parse.GetValue(scenario) switch
                    {
                        Overload => OverloadScenario.RunAsync(workload, report),
                        Cores => CoresScenario.RunAsync(workload, report),
                        _ => CostScenario.RunAsync(workload, report),
                    }
                ).WaitAsync(cancellationToken);
                report.End();
                return 0;
            }
        );
    }

    private static Option<int> Number(string name, string description, int otherwise) =>
        new Option<int>(name) { Description = description, DefaultValueFactory = _ => otherwise }.AtLeast(1);
}
