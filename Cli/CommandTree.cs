using System.CommandLine;
using EmbedPlatform.Cli.Collections;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Commands;
using EmbedPlatform.Cli.Demo;
using EmbedPlatform.Cli.Evaluation;
using EmbedPlatform.Cli.Ingestion;
using EmbedPlatform.Cli.Models;
using EmbedPlatform.Cli.Searching;
using EmbedPlatform.Cli.Tokenizing;
using EmbedPlatform.Cli.Transfer;
using EmbedPlatform.Cli.Tuning;

namespace EmbedPlatform.Cli;

/// <summary>All commands of embedctl.</summary>
internal static class CommandTree
{
    public static RootCommand Create(Terminal terminal) =>
        new(
            "The command line of EmbedPlatform: models, tokens, embeddings, reranking, ingestion, search and evaluation.\n"
                + "Commands that need a platform use the one that ./run started, or start their own with --start."
        )
        {
            ModelsCommand.Create(terminal),
            TokenizeCommand.Create(terminal),
            EmbedCommand.Create(terminal),
            RerankCommand.Create(terminal),
            IngestCommand.Create(terminal),
            SearchCommand.Create(terminal),
            CollectionsCommand.Create(terminal),
            ExportCommand.Create(terminal),
            ImportCommand.Create(terminal),
            SuggestCommand.Create(terminal),
            HealthCommand.Create(terminal),
            DemoCommand.Create(terminal),
            EvalCommand.Create(terminal),
            TuneCommand.Create(terminal),
            BenchCommand.Create(terminal),
            KeysCommand.Create(terminal),
        };
}
