using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Onnx;

namespace EmbedPlatform.Cli.Models;

/// <summary><c>embedctl models info</c>.</summary>
internal static class InfoCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("info", "Shows a model's properties and sources, and the files, inputs and outputs of an installed one.");
        var id = command.AddArgument(
            new Argument<string>("ID") { Description = "The id of a model in the catalogue or of an imported one" }
        );
        var json = command.AddOption(new Option<bool>("--json") { Description = "Print as JSON" });
        var roots = command.AddOption(ModelRoots.Option());
        return command.WithAction(
            terminal,
            async (parse, cancellationToken) =>
            {
                var model = ModelRoots.Open(parse.GetValue(roots)).Describe(parse.GetRequiredValue(id));
                if (parse.GetValue(json))
                {
                    await terminal.Output.WriteLineAsync(Json(model));
                    return 0;
                }

                foreach (var (label, value) in Lines(model).Where(line => line.Value.Length > 0))
                {
                    await terminal.Output.WriteLineAsync($"{label,-14}{value}".TrimEnd());
                }

                return 0;
            }
        );
    }

    private static IEnumerable<(string Label, string Value)> Lines(ModelDetails model)
    {
        var entry = model.Entry;
        yield return ("model", entry.Id + (model.IsDefault ? " *" : ""));
        yield return ("task", ModelTable.Word(entry.Task));
        yield return ("family", entry.Family);
        yield return ("languages", string.Join(", ", entry.Languages));
        yield return (
            "dimension",
            Number(entry.Dimension)
                + (entry.MatryoshkaDimensions.Count > 0 ? $" (trained to be cut to {string.Join(", ", entry.MatryoshkaDimensions)})" : "")
        );
        yield return ("max tokens", Number(entry.MaxTokens));
        yield return ("pooling", entry.Task == ModelTask.Embed ? $"{Word(entry.Pooling)}{(entry.Normalize ? ", normalised" : "")}" : "");
        yield return (
            "prefixes",
            entry.QueryPrefix.Length + entry.DocumentPrefix.Length > 0
                ? $"query \"{entry.QueryPrefix}\", document \"{entry.DocumentPrefix}\""
                : ""
        );
        yield return ("outputs", string.Join(", ", entry.Outputs));
        yield return ("licence", entry.Licence);
        yield return ("note", entry.Note ?? "");
        yield return ("made from", string.Join(", ", model.MadeFrom));
        foreach (var pair in model.Pairs)
        {
            yield return ("fusion", ModelDescriptions.Describe(pair));
        }

        foreach (var source in entry.Sources)
        {
            yield return ("source", ModelDescriptions.Describe(source));
        }

        foreach (var variant in entry.Variants)
        {
            yield return (
                "variant",
                $"{variant.Name}: {string.Join("; ", variant.Sources.Select(ModelDescriptions.Describe))}. {variant.Note}".TrimEnd()
            );
        }

        yield return ("installed", model.Model is { } installed ? $"{installed.Folder} ({installed.Variant}, {installed.Revision})" : "no");
        foreach (var file in model.Files)
        {
            yield return ("file", $"{file.Path}  {ModelTable.Megabytes(file.Size)}  sha256 {file.Sha256}");
        }

        foreach (var input in model.Graph?.Inputs ?? [])
        {
            yield return ("input", ModelDescriptions.Describe(input));
        }

        foreach (var output in model.Graph?.Outputs ?? [])
        {
            yield return ("output", ModelDescriptions.Describe(output));
        }

        yield return ("refused", model.Mismatch ?? "");
    }

    private static string Json(ModelDetails model) =>
        JsonSerializer.Serialize(
            new
            {
                model.Entry.Id,
                Task = ModelTable.Word(model.Entry.Task),
                model.Entry.Family,
                model.Entry.Languages,
                model.Entry.Dimension,
                model.Entry.MatryoshkaDimensions,
                model.Entry.MaxTokens,
                Pooling = Word(model.Entry.Pooling),
                model.Entry.Normalize,
                model.Entry.QueryPrefix,
                model.Entry.DocumentPrefix,
                model.Entry.Outputs,
                model.Entry.Licence,
                model.Entry.Note,
                model.MadeFrom,
                Fusion = model.Pairs,
                Default = model.IsDefault,
                Sources = model.Entry.Sources.Select(ModelDescriptions.Describe),
                Variants = model.Entry.Variants.Select(variant => variant.Name),
                Installed = model.Model is not null,
                model.Model?.Folder,
                model.Model?.Variant,
                model.Model?.Revision,
                SizeBytes = model.Files.Sum(file => file.Size),
                Files = model.Files.Select(file => new
                {
                    file.Path,
                    SizeBytes = file.Size,
                    file.Sha256,
                }),
                Inputs = model.Graph?.Inputs.Select(Value),
                GraphOutputs = model.Graph?.Outputs.Select(Value),
                Refused = model.Mismatch,
            },
            CliJson.Report
        );

    private static object Value(OnnxValue value) =>
        new
        {
            value.Name,
            Type = value.Type.ToString().ToLowerInvariant(),
            Shape = value.Shape.Select(axis => axis.Size is { } size ? (object)size : axis.Symbol ?? "?"),
        };

    private static string Word(Pooling pooling) => pooling.ToString().ToLowerInvariant();

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
