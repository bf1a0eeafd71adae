using System.CommandLine;
using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Cli.Bench;

/// <summary><c>embedctl bench http</c>.</summary>
internal static class HttpCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "http",
            "Starts EmbedService and compares it with the engine alone and with transformers.js behind Node's HTTP server, or overloads it.\n"
                + "Needs the source tree; compares with transformers.js where Node and an npm registry are there."
        );
        var scenario = command.Has(
            new Option<string>("--scenario")
            {
                Description =
                    "cost (one question, cached and not, and a thousand texts), overload (more than it can do, in an open loop), cores (whether one that is limited to a core keeps to it)",
                DefaultValueFactory = _ => "cost",
            }
        );
        scenario.AcceptOnlyFromAmong("cost", "overload", "cores");
        Option[] passed =
        [
            scenario,
            command.Has(new Option<string?>("--model") { Description = "An installed model (else: the default one)", HelpName = "ID" }),
            command.Has(new Option<string?>("--models-root") { Description = "Folders of models, separated by ';'", HelpName = "DIRS" }),
            command.Has(
                new Option<string?>("--texts")
                {
                    Description = "A file with one text a line, plain or JSON with title and text (else: SciFact)",
                    HelpName = "FILE",
                }
            ),
            command.Has(
                new Option<string?>("--redis")
                {
                    Description = "A Redis for the service's cache (else: its own memory alone)",
                    HelpName = "HOST:PORT",
                }
            ),
            command.Has(new Option<int?>("--count") { Description = "cost: how many questions of each kind (500)" }),
            command.Has(new Option<int?>("--rounds") { Description = "cost: how many times a thousand texts (5)" }),
            command.Has(new Option<int?>("--seconds") { Description = "overload, cores: how long (60)" }),
            command.Has(new Option<int?>("--factor") { Description = "overload, cores: how many times what the service can do (4)" }),
            command.Has(new Option<int?>("--deadline-ms") { Description = "overload: the deadline of each request (2000)" }),
        ];
        Option<bool>[] flags =
        [
            command.Has(new Option<bool>("--no-node") { Description = "Leave transformers.js out" }),
            command.Has(new Option<bool>("--json") { Description = "Print as JSON" }),
        ];
        return command.Passes(terminal, "Http", passed, flags);
    }
}
