using System.CommandLine;
using System.Globalization;
using System.Numerics.Tensors;
using System.Text.Json;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Models;
using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Cli.Evaluation;

/// <summary><c>embedctl bench sts</c>.</summary>
internal static class StsCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "sts",
            "Compares installed models on the STS benchmark: Spearman's correlation of cosines with human judgements, and for every model\n"
                + "after the first the mean and lowest cosine of its vectors to the first model's."
        );
        var data = command.AddOption(
            new Option<DirectoryInfo>("--data")
            {
                Description = "The folder with sts-dev.csv and sts-test.csv",
                HelpName = "DIR",
                Required = true,
            }
        );
        var splits = command.AddOption(
            new Option<string>("--splits") { Description = "The files, separated by commas", DefaultValueFactory = _ => "dev,test" }
        );
        var models = command.AddOption(
            new Option<string[]>("--model") { Description = "An installed model; may be given more than once", Required = true }
        );
        var roots = command.AddOption(ModelRoots.Option());
        var json = command.AddOption(new Option<bool>("--json") { Description = "Print as JSON" });
        return command.WithAction(
            terminal,
            async (parse, cancellationToken) =>
            {
                var store = ModelRoots.Open(parse.GetValue(roots));
                var rows = new List<StsResult>();
                foreach (
                    var split in parse
                        .GetRequiredValue(splits)
                        .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                )
                {
                    var pairs = StsPairs.Read(parse.GetRequiredValue(data).FullName, split);
                    float[][]? reference = null;
                    foreach (var id in parse.GetRequiredValue(models))
                    {
                        var vectors = await EmbedAsync(store.Resolve(ModelTask.Embed, id), pairs, cancellationToken);
                        rows.Add(Compare(id, split, pairs, vectors, reference));
                        reference ??= vectors;
                    }
                }

                await terminal.Output.WriteLineAsync(
                    parse.GetValue(json) ? JsonSerializer.Serialize(rows, CliJson.Report) : Describe(rows)
                );
                return 0;
            }
        );
    }

    private static async Task<float[][]> EmbedAsync(
        InstalledModel installed,
        IReadOnlyList<StsPair> pairs,
        CancellationToken cancellationToken
    )
    {
        await using var model = EmbeddingModel.Load(installed, new InferenceOptions());
        string[] texts = [.. pairs.Select(pair => pair.First), .. pairs.Select(pair => pair.Second)];
        var embedded = await model.EmbedAsync(texts, new EmbedOptions { Lane = Lane.Bulk }, cancellationToken);
        return [.. embedded.Select(text => text.Vector)];
    }

    private static StsResult Compare(string id, string split, IReadOnlyList<StsPair> pairs, float[][] vectors, float[][]? reference)
    {
        var cosines = pairs
            .Select((_, i) => (double)TensorPrimitives.CosineSimilarity<float>(vectors[i], vectors[pairs.Count + i]))
            .ToArray();
        var same = reference?.Zip(vectors, (a, b) => (double)TensorPrimitives.CosineSimilarity<float>(a, b)).ToArray();
        return new StsResult(
            id,
            split,
            pairs.Count,
            RankCorrelation.Spearman(cosines, [.. pairs.Select(pair => pair.Score)]),
            same?.Average(),
            same?.Min()
        );
    }

    private static string Describe(IEnumerable<StsResult> rows) =>
        string.Join(
            '\n',
            rows.Select(row =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{row.Split,-5} {row.Model,-32} {row.Pairs,6} pairs   Spearman {row.Spearman:F4}"
                )
                + (
                    row.MeanCosine is { } mean
                        ? string.Create(
                            CultureInfo.InvariantCulture,
                            $"   cosine to the first model {mean:F5} mean, {row.LowestCosine:F5} lowest"
                        )
                        : ""
                )
            )
        );
}

/// <summary>The result of one model on one file.</summary>
internal sealed record StsResult(string Model, string Split, int Pairs, double Spearman, double? MeanCosine, double? LowestCosine);
