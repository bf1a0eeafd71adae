using System.Globalization;
using System.Text.Json;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Inference.Models;
using Spectre.Console;

namespace EmbedPlatform.Cli.Models;

/// <summary>Prints models.</summary>
internal static class ModelTable
{
    /// <summary>A task's name in the catalogue.</summary>
    public static string Word(ModelTask task) => task.ToString().ToLowerInvariant();

    /// <summary>Writes a table to the results; defaults are marked with a star.</summary>
    public static void Write(Terminal terminal, IReadOnlyList<ModelListing> models)
    {
        var table = new Table { Border = TableBorder.Simple, Expand = false };
        foreach (var column in new[] { "model", "task", "dimension", "max tokens", "variant", "licence", "installed" })
        {
            table.AddColumn(new TableColumn(column).NoWrap());
        }

        foreach (var model in models)
        {
            table.AddRow(
                new[]
                {
                    model.Entry.Id + (model.IsDefault ? " *" : ""),
                    Word(model.Entry.Task),
                    Number(model.Entry.Dimension),
                    Number(model.Entry.MaxTokens),
                    model.Model?.Variant ?? model.Entry.Variant,
                    model.Entry.Licence,
                    model.Installed ? Megabytes(model.SizeBytes) : "-",
                }.Select(cell => new Text(cell))
            );
        }

        terminal.Results.Write(table);
        terminal.Output.WriteLine("* a default: `models pull default` installs the first one of each task whose host is reachable");
    }

    /// <summary>Formats the models as JSON.</summary>
    public static string Json(IReadOnlyList<ModelListing> models) =>
        JsonSerializer.Serialize(
            models.Select(model => new
            {
                model.Entry.Id,
                Task = Word(model.Entry.Task),
                model.Entry.Family,
                model.Entry.Dimension,
                model.Entry.MaxTokens,
                Variant = model.Model?.Variant ?? model.Entry.Variant,
                model.Entry.Licence,
                Default = model.IsDefault,
                model.Installed,
                model.Model?.Revision,
                model.Model?.Folder,
                SizeBytes = model.Installed ? model.SizeBytes : (long?)null,
            }),
            CliJson.Report
        );

    /// <summary>A size in megabytes.</summary>
    public static string Megabytes(long bytes) => $"{(bytes / 1_000_000.0).ToString("0.0", CultureInfo.InvariantCulture)} MB";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
