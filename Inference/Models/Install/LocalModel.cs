using EmbedPlatform.Inference.Execution.Running;
using EmbedPlatform.Inference.Models.Import;
using EmbedPlatform.Inference.Onnx;

namespace EmbedPlatform.Inference.Models.Install;

/// <summary>A model in a local folder, ready to be copied.</summary>
internal sealed class LocalModel
{
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

    /// <summary>The ONNX file and the tokenizer; null for a package that has to be converted.</summary>
    public (string Model, string Tokenizer)? Files => _modelPath is null ? null : (_modelPath, _tokenizerPath!);

    public string? Revision { get; private init; }

    public string? Variant { get; private init; }

    /// <summary>The ids of the models that the folder says it was made from, the nearest first.</summary>
    public IReadOnlyList<string> MadeFrom { get; private init; } = [];

    /// <summary>Whether the entry holds guesses, good to run the model and not to use it.</summary>
    public bool IsGuessed { get; private init; }

    /// <exception cref="ModelImportException">There is no model, or something about it is missing.</exception>
    /// <exception cref="InvalidDataException">The ONNX file is none, points outside its folder, or is not what its model.json says.</exception>
    public static LocalModel Read(string source, string? id, ModelCatalog catalog)
    {
        source = Path.GetFullPath(source);
        if (!Directory.Exists(source))
        {
            throw new ModelImportException($"There is no folder {source}.");
        }

        if (UseLiteFolder(source) is { } dist)
        {
            var known = catalog.Find(id ?? UseLiteImporter.Name) ?? catalog.Find(UseLiteImporter.Name)
                ?? throw new ModelImportException($"The catalogue has no '{UseLiteImporter.Name}'.");
            return new LocalModel(dist, known with { Id = Checked(id ?? known.Id) }, null, null, [])
            {
                MadeFrom = id is null || id == known.Id ? [] : [known.Id],
            };
        }

        return ReadFolder(source, null, id, catalog, guess: false);
    }

    /// <summary>
    /// A model to make another form of: also a single ONNX file with a tokenizer.json beside it, and one whose files do not say what
    /// it takes to use it (<see cref="IsGuessed"/>).
    /// </summary>
    /// <inheritdoc cref="Read"/>
    public static LocalModel ReadToRewrite(string source, ModelCatalog catalog) => File.Exists(source)
        ? ReadFolder(Path.GetDirectoryName(Path.GetFullPath(source))!, Path.GetFileName(source), null, catalog, guess: true)
        : Directory.Exists(source) && UseLiteFolder(source) is null
            ? ReadFolder(Path.GetFullPath(source), null, null, catalog, guess: true)
            : Read(source, null, catalog);

    private static LocalModel ReadFolder(string source, string? file, string? id, ModelCatalog catalog, bool guess)
    {
        var manifest = ModelManifest.TryLoad(source) is { } found && (file is null || found.Model == file) ? found : null;
        if (manifest is not null && (manifest.Incomplete(source) ?? manifest.Damaged(source)) is { } damage)
        {
            throw new InvalidDataException($"{damage}.");
        }

        var model = file is null ? Model(source, manifest) : Path.Combine(source, file);
        var tokenizer = new[] { Path.GetDirectoryName(model)!, source }
            .Select(folder => Path.Combine(folder, manifest?.Tokenizer ?? "tokenizer.json"))
            .FirstOrDefault(File.Exists) ?? throw new ModelImportException($"{source} has no tokenizer.json.");
        var signature = OnnxReader.ReadSignature(model);
        var name = Checked(id ?? manifest?.Id ?? Path.GetFileName(source.TrimEnd(Path.DirectorySeparatorChar)));
        var entry = catalog.Find(name) ?? (manifest?.Entry ?? catalog.Find(manifest?.Id ?? ""));
        var guessed = false;
        try
        {
            entry ??= EntryFromFiles.Describe(source, name, signature);
        }
        catch (ModelImportException) when (guess)
        {
            (entry, guessed) = (EntryFromFiles.Guess(name, signature, model), true);
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
        File.Copy(_tokenizerPath!, Path.Combine(folder, "tokenizer.json"), overwrite: true);
        foreach (var external in _external)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, external))!);
            File.Copy(Path.Combine(Path.GetDirectoryName(_modelPath)!, external), Path.Combine(folder, external), overwrite: true);
        }
    }

    /// <summary>The form of a model that the graph has: an export with more outputs than the publisher's, say.</summary>
    private static CatalogEntry Fitting(CatalogEntry entry, OnnxSignature graph) =>
        entry.Variants.Select(variant => entry.Of(variant.Name)!).Prepend(entry).FirstOrDefault(form => EncoderGraph.Misfit(graph, form) is null) ?? entry;

    private static string? UseLiteFolder(string source) =>
        new[] { source, Path.Combine(source, "dist"), Path.Combine(source, "package", "dist") }
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "vocab.json")) && File.Exists(Path.Combine(folder, "model.json")));

    private static string Model(string source, ModelManifest? manifest)
    {
        var usual = new[] { manifest?.Model, "model.onnx", Path.Combine("onnx", "model.onnx") }
            .OfType<string>()
            .Select(name => Path.Combine(source, name))
            .FirstOrDefault(File.Exists);
        return usual ?? (Directory.GetFiles(source, "*.onnx") is [var only]
            ? only
            : throw new ModelImportException($"{source} has neither model.onnx nor onnx/model.onnx nor exactly one *.onnx."));
    }

    private static string Checked(string id) =>
        ModelId.IsValid(id) ? id : throw new ModelImportException($"'{id}' cannot be an id: NAME or PUBLISHER/NAME of letters, digits, '.', '_' and '-'.");
}
