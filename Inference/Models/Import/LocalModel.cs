using EmbedPlatform.Inference.Onnx;

namespace EmbedPlatform.Inference.Models.Import;

/// <summary>A model in a local folder, ready to be copied.</summary>
internal sealed class LocalModel
{
    private const string TokenizerFile = "tokenizer.json";
    private const string VocabularyFile = "vocab.txt";

    private readonly string _source;
    private readonly string? _modelPath;
    private readonly string? _tokenizerPath;
    private readonly IReadOnlyList<string> _external;

    private LocalModel(string source, CatalogEntry entry, string? modelPath, string? tokenizerPath, IReadOnlyList<string> external)
    {
        _source = source;
        Entry = entry;
        _modelPath = modelPath;
        _tokenizerPath = tokenizerPath;
        _external = external;
    }

    public CatalogEntry Entry { get; }

    public string Id => Entry.Id;

    /// <summary>The ONNX file and the tokenizer.json or vocab.txt; null for a package that has to be converted.</summary>
    public (string Model, string Tokenizer)? Files => _modelPath is null ? null : (_modelPath, _tokenizerPath!);

    public string? Revision { get; private init; }

    public string? Variant { get; private init; }

    /// <summary>The ids of the models that the folder says it was made from, the nearest first.</summary>
    public IReadOnlyList<string> MadeFrom { get; private init; } = [];

    /// <summary>Whether the entry contains guesses that suffice to run the model but not to serve it.</summary>
    public bool IsGuessed { get; private init; }

    /// <exception cref="ModelImportException">The folder does not contain a complete model.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is not ONNX, points outside its folder, or does not match its model.json.
    /// </exception>
    public static LocalModel Read(ImportOptions options, ModelCatalog catalog)
    {
        var id = options.Id;
        var source = Path.GetFullPath(options.Folder);
        if (!Directory.Exists(source))
        {
            throw new ModelImportException($"The folder {source} does not exist.");
        }

        if (UseLiteFolder(source) is { } dist)
        {
            var known =
                catalog.Find(id ?? UseLiteImporter.Name)
                ?? catalog.Find(UseLiteImporter.Name)
                ?? throw new ModelImportException($"The catalogue has no '{UseLiteImporter.Name}'.");
            return options.DescribeTheModel
                ? throw new ModelImportException(
                    $"{source} is the USE-lite package, whose pooling, token limit and prompts are fixed: do not set them."
                )
                : new LocalModel(dist, known with { Id = Checked(id ?? known.Id) }, null, null, [])
                {
                    MadeFrom = id is null || id == known.Id ? [] : [known.Id],
                };
        }

        return ReadFolder(source, null, options, catalog, guess: false);
    }

    /// <summary>
    /// Reads a model to be rewritten. Also accepts a single ONNX file with a tokenizer.json beside it, and a model whose files do not
    /// contain everything needed to serve it (<see cref="IsGuessed"/>).
    /// </summary>
    /// <inheritdoc cref="Read"/>
    public static LocalModel ReadToRewrite(string source, ModelCatalog catalog) =>
        File.Exists(source)
            ? ReadFolder(
                Path.GetDirectoryName(Path.GetFullPath(source))!,
                Path.GetFileName(source),
                new ImportOptions(source),
                catalog,
                guess: true
            )
        : Directory.Exists(source) && UseLiteFolder(source) is null
            ? ReadFolder(Path.GetFullPath(source), null, new ImportOptions(source), catalog, guess: true)
        : Read(new ImportOptions(source), catalog);

    private static LocalModel ReadFolder(string source, string? file, ImportOptions options, ModelCatalog catalog, bool guess)
    {
        var manifest = ModelManifest.TryLoad(source) is { } found && (file is null || found.Model == file) ? found : null;
        if (manifest is not null && (manifest.Incomplete(source) ?? manifest.Damaged(source)) is { } damage)
        {
            throw new InvalidDataException($"{damage}.");
        }

        var missing = new List<string>();
        var model = file is null ? Model(source, manifest) : Path.Combine(source, file);
        if (model is null)
        {
            missing.Add("model.onnx, onnx/model.onnx or exactly one *.onnx");
        }

        var tokenizer = Tokenizer(source, model, manifest?.Tokenizer);
        if (tokenizer is null)
        {
            missing.Add("tokenizer.json or vocab.txt");
        }

        var name = Checked(options.Id ?? manifest?.Id ?? Path.GetFileName(source.TrimEnd(Path.DirectorySeparatorChar)));
        var known = Known(name, options, catalog) ?? manifest?.Entry ?? catalog.Find(manifest?.Id ?? "");
        if (model is null)
        {
            if (known is null)
            {
                CatalogEntryBuilder.AddMissing(source, options, missing);
            }

            throw CatalogEntryBuilder.Lacking(source, missing);
        }

        var signature = OnnxReader.ReadSignature(model);
        var files = new CatalogEntryBuilder(source, signature, model, options);
        var guessed = false;
        CatalogEntry entry;
        try
        {
            entry = known is null ? files.Describe(name, missing) : files.Change(known);
            if (missing.Count > 0)
            {
                throw CatalogEntryBuilder.Lacking(source, missing);
            }
        }
        catch (ModelImportException) when (guess && tokenizer is not null)
        {
            (entry, guessed) = (CatalogEntryBuilder.Guess(name, signature, model), true);
        }

        entry = manifest is null ? Fitting(entry, signature) : entry;
        return new LocalModel(source, entry with { Id = catalog.Find(name)?.Id ?? name }, model, tokenizer, signature.ExternalFiles)
        {
            Revision = manifest?.Revision,
            Variant = manifest?.Variant,
            IsGuessed = guessed,
            MadeFrom = manifest is null ? [] : [.. manifest.Id == name ? Array.Empty<string>() : [manifest.Id], .. manifest.MadeFrom ?? []],
        };
    }

    /// <summary>Copies (or converts) the model into an existing folder.</summary>
    public void CopyTo(string folder)
    {
        if (_modelPath is null)
        {
            UseLiteImporter.Import(_source, folder);
            return;
        }

        File.Copy(_modelPath, Path.Combine(folder, "model.onnx"), overwrite: true);
        WriteTokenizer(Path.Combine(folder, TokenizerFile));
        foreach (var external in _external)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, external))!);
            File.Copy(Path.Combine(Path.GetDirectoryName(_modelPath)!, external), Path.Combine(folder, external), overwrite: true);
        }
    }

    /// <summary>Copies the tokenizer.json, or builds one from the vocabulary.</summary>
    /// <exception cref="InvalidDataException">The vocabulary is not that of a BERT model.</exception>
    public void WriteTokenizer(string target)
    {
        if (Path.GetFileName(_tokenizerPath) == VocabularyFile)
        {
            File.WriteAllText(
                target,
                BertTokenizer.Convert(
                    File.ReadAllText(_tokenizerPath!),
                    CatalogEntryBuilder.LowerCases(Path.GetDirectoryName(_tokenizerPath)!)
                )
            );
        }
        else
        {
            File.Copy(_tokenizerPath!, target, overwrite: true);
        }
    }

    /// <summary>The variant of a model that fits the graph, such as an export with more outputs than the publisher's.</summary>
    private static CatalogEntry Fitting(CatalogEntry entry, OnnxSignature graph) =>
        entry
            .Variants.Select(variant => entry.Of(variant.Name)!)
            .Prepend(entry)
            .FirstOrDefault(form => EncoderGraph.FindMismatch(graph, form) is null)
        ?? entry;

    private static string? UseLiteFolder(string source) =>
        new[] { source, Path.Combine(source, "dist"), Path.Combine(source, "package", "dist") }.FirstOrDefault(folder =>
            File.Exists(Path.Combine(folder, "vocab.json")) && File.Exists(Path.Combine(folder, "model.json"))
        );

    private static string? Model(string source, ModelManifest? manifest)
    {
        var usual = new[] { manifest?.Model, "model.onnx", Path.Combine("onnx", "model.onnx") }
            .OfType<string>()
            .Select(name => Path.Combine(source, name))
            .FirstOrDefault(File.Exists);
        return usual ?? (Directory.GetFiles(source, "*.onnx") is [var only] ? only : null);
    }

    private static string? Tokenizer(string source, string? model, string? named) =>
        new[] { named ?? TokenizerFile, VocabularyFile }
            .SelectMany(name => new[] { Path.GetDirectoryName(model) ?? source, source }.Select(folder => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);

    /// <summary>The catalogue's entry, which settings must not override.</summary>
    private static CatalogEntry? Known(string name, ImportOptions options, ModelCatalog catalog) =>
        catalog.Find(name) is { } known && options.DescribeTheModel
            ? throw new ModelImportException(
                $"'{known.Id}' is in the catalogue, which fixes its pooling, token limit and prompts: do not set them, or use another id."
            )
            : catalog.Find(name);

    private static string Checked(string id) =>
        ModelId.IsValid(id)
            ? id
            : throw new ModelImportException(
                $"'{id}' is not a valid id: use NAME or PUBLISHER/NAME, of letters, digits, '.', '_' and '-'."
            );
}
