using System.CommandLine;
using System.CommandLine.Help;
using EmbedPlatform.Bench.Engine;
using EmbedPlatform.Bench.Http;
using EmbedPlatform.Bench.Ingest;
using EmbedPlatform.Bench.Replicas;
using EmbedPlatform.Bench.Search;
using EmbedPlatform.Bench.Tokenizers;
using EmbedPlatform.Bench.Typos;
using EmbedPlatform.Cli;
using EmbedPlatform.Cli.Evaluation;

// The commands are those of `embedctl bench`, which runs this program, so that help and errors name them as the user types them.
return await Application.RunAsync(
    ["bench", .. args],
    terminal => new Command("embedctl")
    {
        new HelpOption(),
        new Command("bench", "Benchmarks the platform on this machine against peers that run on the same files.")
        {
            EngineCommand.Create(terminal),
            HttpCommand.Create(terminal),
            ReplicasCommand.Create(terminal),
            IngestCommand.Create(terminal),
            SearchCommand.Create(terminal),
            TyposCommand.Create(terminal),
            TokenizersCommand.Create(terminal),
            StsCommand.Create(terminal),
        },
    }
);
