using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Inference.Models;
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
                "Makes an int8 model of one of 32-bit floats: weights with a scale for each output, activations with one for each token, so that\n"
                    + "a text's vector stays the same to the last bit whatever it is batched with. The folder OUT can be imported."
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
                "Writes a model with operators that ONNX Runtime runs faster on a CPU, its numbers the same up to rounding. The folder OUT can be\n"
                    + "imported in its place."
            )
        );

    private static Command Rewrites(Terminal terminal, Rewriting rewrite, double minCosine, Option<bool>? reduce, Command command)
    {
        var source = command.Has(
            new Argument<string>("IN")
            {
                Description = "A folder with a model, an ONNX file with a tokenizer.json beside it, or the id of an installed model",
            }
        );
        var target = command.Has(
            new Argument<string>("OUT") { Description = "The folder to write, which must not exist or be empty; or an .onnx file" }
        );
        var lowest = command.Has(
            new Option<double>("--min-cosine")
            {
                Description = "Nothing is written below this mean cosine to the original",
                DefaultValueFactory = _ => minCosine,
            }
        );
        var texts = command.Has(
            new Option<FileInfo?>("--texts") { Description = "Texts to compare on, one a line (else: built-in ones in several languages)" }
        );
        var json = command.Has(new Option<bool>("--json") { Description = "Print as JSON" });
        var roots = command.Has(ModelRoots.Option());
        return command.Does(
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
        return lines.Length > 0 ? lines : throw new CommandException($"{file.FullName} holds no text");
    }

    private static string Describe(QuantizationReport report) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {report.Id}
              graph    {report.Graph.Products} products and {report.Graph.Tables} tables in int8, {report.Graph.Attentions} attentions, {report.Graph.Norms} norms and {report.Graph.Activations} GELUs rewritten, {report.Graph.Equalized} inputs equalized
              size     {report.SourceBytes / 1e6:F1} MB -> {report.Bytes / 1e6:F1} MB ({(double)report.SourceBytes
                / report.Bytes:F2} times smaller)
              speed    {report.SourceTokensPerSecond:F0} -> {report.TokensPerSecond:F0} tokens/s on one thread ({report.TokensPerSecond
                / report.SourceTokensPerSecond:F2} times faster)
              cosine   {report.MeanCosine:F6} mean, {report.LowestCosine:F6} lowest, over {report.Samples} texts
            """
        )
        + (report.Graph.OpsetKept is { } reason ? $"\n  layer normalisations stay in parts because {reason}" : "")
        + (
            report.Importable
                ? ""
                : "\n  it cannot be imported as it is: a folder is needed whose files say the model's token limit and pooling (config.json, 1_Pooling/config.json)"
        );
}
