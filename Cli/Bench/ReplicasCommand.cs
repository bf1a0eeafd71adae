using System.CommandLine;
using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Cli.Bench;

/// <summary><c>embedctl bench replicas</c>.</summary>
internal static class ReplicasCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "replicas",
            "Starts PostgreSQL, Redis and 1, 2 and 4 replicas of SearchApi and EmbedService, each with a part of a core, fills and searches them,\n"
                + "and tells throughput and whether anything was lost or embedded twice. Needs the source tree, Linux and root (control groups)."
        );
        Option[] passed =
        [
            command.Has(
                new Option<string?>("--replicas") { Description = "How many of each, one number after the other (1,2,4)", HelpName = "N,N" }
            ),
            command.Has(new Option<int?>("--documents") { Description = "How many documents are embedded (600)" }),
            command.Has(new Option<int?>("--seconds") { Description = "How long it searches (20)" }),
            command.Has(new Option<string?>("--embed-share") { Description = "Cores of each EmbedService (0.2)", HelpName = "CORES" }),
            command.Has(new Option<string?>("--search-share") { Description = "Cores of each SearchApi (0.15)", HelpName = "CORES" }),
            command.Has(new Option<string?>("--model") { Description = "An installed model (else: the default one)", HelpName = "ID" }),
            command.Has(new Option<string?>("--models-root") { Description = "Folders of models, separated by ';'", HelpName = "DIRS" }),
        ];
        return command.Passes(terminal, "Replicas", passed, [command.Has(new Option<bool>("--json") { Description = "Print as JSON" })]);
    }
}
