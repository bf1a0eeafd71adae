using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Onnx.Rewriting;
using EmbedPlatform.Inference.Quantization;

namespace EmbedPlatform.Cli.Models;

/// <summary><c>embedctl models quantize</c> and <c>optimize</c>.</summary>
internal static class QuantizeCommand
{
    private delegate Task<QuantizationReport> Rewriting(
        string source,
        string target,
        ModelCatalog catalog,
        QuantizationOptions options,
        CancellationToken cancellationToken
    );

    public static Command Create(Terminal terminal)
    {
        var reduce = new Option<bool>("--reduce-range") { Description = "7-bit weights, for processors without VNNI" };
        var command = Rewrites(
            terminal,
            ModelQuantizer.QuantizeAsync,
            0.99,
            reduce,
            new Command(
                "quantize",
                "Quantises an fp32 model to int8: one scale per output for weights, one scale per token for activations, so that\n"
                    + "a text's vector is bit for bit the same in every batch. The folder OUT can be imported."
            )
        );
        command.Options.Add(reduce);
        return command;
    }

    public static Command CreateOptimize(Terminal terminal) =>
        Rewrites(
            terminal,
            ModelQuantizer.OptimizeAsync,
            0.9999,
            null,
            new Command(
                "optimize",
                "Rewrites a model to operators that ONNX Runtime runs faster on a CPU; results are the same up to rounding.\n"
                    + "The folder OUT can be imported in its place."
            )
        );

    private static Command Rewrites(Terminal terminal, Rewriting rewrite, double minCosine, Option<bool>? reduce, Command command)
    {
        var source = command.AddArgument(
            new Argument<string>("IN")
            {
                Description = "A folder with a model, an ONNX file with a tokenizer.json beside it, or the id of an installed model",
            }
        );
        var target = command.AddArgument(
            new Argument<string>("OUT") { Description = "The output: a new or empty folder, or an .onnx file" }
        );
        var lowest = command.AddOption(
            new Option<double>("--min-cosine")
            {
                Description = "The lowest accepted mean cosine to the original; below it nothing is written",
                DefaultValueFactory = _ => minCosine,
            }
        );
        var texts = command.AddOption(
            new Option<FileInfo?>("--texts")
            {
                Description = "Texts to compare on, one per line (else: built-in ones in several languages)",
            }
        );
        var json = command.AddOption(new Option<bool>("--json") { Description = "Print as JSON" });
        var roots = command.AddOption(ModelRoots.Option());
        return command.WithAction(
            terminal,
            async (parse, cancellationToken) =>
            {
                var store = ModelRoots.Open(parse.GetValue(roots));
                var given = parse.GetRequiredValue(source);
                var folder = Path.Exists(given)
                    ? given
                    : store.Find(given)?.Folder ?? throw new CommandException($"'{given}' is neither a folder nor an installed model");
                var options = new QuantizationOptions
                {
                    MinCosine = parse.GetValue(lowest),
                    ReduceRange = reduce is not null && parse.GetValue(reduce),
                    Texts = parse.GetValue(texts) is { } file ? await ReadAsync(file, cancellationToken) : null,
                };
                var report = await rewrite(folder, parse.GetRequiredValue(target), store.Catalog, options, cancellationToken);
                await terminal.Output.WriteLineAsync(
                    parse.GetValue(json) ? JsonSerializer.Serialize(report, CliJson.Report) : Describe(report)
                );
                return 0;
            }
        );
    }

    private static async Task<IReadOnlyList<string>> ReadAsync(FileInfo file, CancellationToken cancellationToken)
    {
        if (!file.Exists)
        {
            throw new CommandException($"{file.FullName} does not exist");
        }

        string[] lines =
        [
            .. (await File.ReadAllLinesAsync(file.FullName, cancellationToken)).Where(line => !string.IsNullOrWhiteSpace(line)),
        ];
        return lines.Length > 0 ? lines : throw new CommandException($"{file.FullName} is empty");
    }

    private static string Describe(RewriteSummary graph) =>
        $"{graph.Products} products and {graph.Tables} tables in int8, {graph.Attentions} attentions, {graph.Norms} norms and "
        + $"{graph.Activations} GELUs rewritten, {graph.Equalized} inputs equalized";

    private static string Describe(QuantizationReport report) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {report.Id}
              graph    {Describe(report.Graph)}
              size     {report.SourceBytes / 1e6:F1} MB -> {report.Bytes / 1e6:F1} MB ({(double)report.SourceBytes
                / report.Bytes:F2} times smaller)
              speed    {report.SourceTokensPerSecond:F0} -> {report.TokensPerSecond:F0} tokens/s on one thread ({report.TokensPerSecond
                / report.SourceTokensPerSecond:F2} times faster)
              cosine   {report.MeanCosine:F6} mean, {report.LowestCosine:F6} lowest, over {report.Samples} texts
            """
        )
        + (report.Graph.OpsetKept is { } reason ? $"\n  layer normalisations were not fused: {reason}" : "")
        + (
            report.Importable ? "" : "\n  it cannot be imported: its folder lacks config.json with the token limit or 1_Pooling/config.json"
        );
}
