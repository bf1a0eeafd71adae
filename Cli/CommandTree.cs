using System.CommandLine;
using System.CommandLine.Invocation;
using EmbedPlatform.Cli.Bench;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Commands;
using EmbedPlatform.Cli.Demo;
using EmbedPlatform.Cli.Evaluation;
using EmbedPlatform.Cli.Ingestion;
using EmbedPlatform.Cli.Models;
using EmbedPlatform.Cli.Searching;
using EmbedPlatform.Cli.Tokenizing;
using EmbedPlatform.Cli.Tuning;

namespace EmbedPlatform.Cli;

/// <summary>All commands.</summary>
internal static class CommandTree
{
    /// <summary>Parses the arguments and runs the command they name.</summary>
    public static async Task<int> InvokeAsync(string[] args, Terminal terminal, CancellationToken cancellationToken)
    {
        var parse = Create(terminal).Parse(args);
        if (parse.Action is ParseErrorAction)
        {
            foreach (var error in parse.Errors)
            {
                terminal.Say($"embedctl: {error.Message}");
            }

            terminal.Say($"see: {PathOf(parse.CommandResult.Command)} --help");
            return 2;
        }

        return await parse.InvokeAsync(
            new InvocationConfiguration
            {
                Output = terminal.Output,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            },
            cancellationToken
        );
    }

    private static RootCommand Create(Terminal terminal) =>
        new(
            "Works with EmbedPlatform: models, tokens, embeddings, reranking, ingestion, search, evaluation.\n"
                + "Commands that need the platform find the one that ./run started, or start one for themselves with --start."
        )
        {
            ModelsCommand.Create(terminal),
            TokenizeCommand.Create(terminal),
            EmbedCommand.Create(terminal),
            RerankCommand.Create(terminal),
            IngestCommand.Create(terminal),
            SearchCommand.Create(terminal),
            HealthCommand.Create(terminal),
            DemoCommand.Create(terminal),
            EvalCommand.Create(terminal),
            TuneCommand.Create(terminal),
            BenchCommand.Create(terminal),
            KeysCommand.Create(terminal),
        };

    private static string PathOf(Command command)
    {
        var names = new Stack<string>();
        for (var current = command; current is not null and not RootCommand; current = current.Parents.OfType<Command>().FirstOrDefault())
        {
            names.Push(current.Name);
        }

        names.Push("embedctl");
        return string.Join(' ', names);
    }
}
