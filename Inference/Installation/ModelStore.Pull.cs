using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Inference.Installation;

public sealed partial class ModelStore
{
    private string Target => Roots[^1];

    /// <summary>
    /// Installs a model of the catalogue from the first of its sources that provides it; an installed model is returned at once.
    /// </summary>
    /// <param name="idOrDefault">An id, or <c>default</c>: see <see cref="PullDefaultsAsync"/>; the embedding model is returned.</param>
    /// <param name="progress">Receives progress.</param>
    /// <param name="cancellationToken">Stops; fetched files are kept for the next attempt.</param>
    /// <exception cref="UnknownModelException">The catalogue has no such model.</exception>
    /// <exception cref="ModelPullException">No source provided it.</exception>
    /// <exception cref="ModelIntegrityException">The hash of a file is wrong.</exception>
    public Task<InstalledModel> PullAsync(string idOrDefault, IProgress<PullProgress>? progress, CancellationToken cancellationToken) =>
        PullAsync(idOrDefault, null, progress, cancellationToken);

    /// <summary>Installs a variant of a model, replacing another installed variant once all files are complete.</summary>
    /// <param name="idOrDefault">An id, or <c>default</c>.</param>
    /// <param name="variant">The variant's name; null for the installed variant, otherwise the entry's own.</param>
    /// <param name="progress">Receives progress.</param>
    /// <param name="cancellationToken">Stops; fetched files are kept for the next attempt.</param>
    /// <exception cref="UnknownModelException">The catalogue has no such model or variant.</exception>
    /// <exception cref="ModelPullException">No source provided it.</exception>
    /// <exception cref="ModelIntegrityException">The hash of a file is wrong.</exception>
    public async Task<InstalledModel> PullAsync(
        string idOrDefault,
        string? variant,
        IProgress<PullProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        if (IsDefault(idOrDefault))
        {
            if (variant is not null)
            {
                throw new UnknownModelException("A variant belongs to one model: name that model instead of 'default'.");
            }

            var pulled = await PullDefaultsAsync(progress, cancellationToken);
            return (pulled.FirstOrDefault(found => found.Model.Entry.Task == ModelTask.Embed) ?? pulled[0]).Model;
        }

        if (
            Intact(idOrDefault) is { } installed
            && (variant is null || string.Equals(variant, installed.Variant, StringComparison.OrdinalIgnoreCase))
        )
        {
            return installed;
        }

        var entry =
            Catalog.Find(idOrDefault)
            ?? throw new UnknownModelException($"The catalogue has no model '{idOrDefault}'. List its models with: embedctl models list");
        var chosen = variant is null
            ? entry
            : entry.Of(variant)
                ?? throw new UnknownModelException(
                    $"'{entry.Id}' has no variant '{variant}'; "
                        + $"it has {string.Join(", ", entry.Variants.Select(other => other.Name).Prepend(entry.Variant))}."
                );
        return await InstallAsync(chosen, progress, cancellationToken);
    }

    /// <summary>
    /// Installs, for each task, the first of its defaults whose source responds. The choice is saved: while those models are
    /// installed, later calls return at once without using the network.
    /// </summary>
    /// <returns>One model per task.</returns>
    /// <exception cref="ModelPullException">No default of a task could be fetched.</exception>
    public async Task<IReadOnlyList<DefaultModel>> PullDefaultsAsync(IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        var choice = DefaultModelSelection.Load(Target);
        var models = new List<DefaultModel>();
        using var installer = new ModelInstaller(Catalog, Target, _options);
        foreach (var task in Enum.GetValues<ModelTask>().Where(task => Catalog.Defaults(task).Count > 0))
        {
            var model = Chosen(task, choice) ?? await FirstDefaultAsync(task, installer, progress, cancellationToken);
            models.Add(model);
            choice = choice.With(task, model.Model.Entry.Id, model.Reason);
        }

        choice.Save(Target);
        return models;
    }

    /// <summary>
    /// Installs a model from a local folder: one with an ONNX file and a tokenizer.json or BERT's vocab.txt (as Hugging Face repositories
    /// have them), or the unpacked TensorFlow.js package of USE-lite.
    /// </summary>
    /// <param name="folder">The folder; it is copied and not changed.</param>
    /// <param name="id">The id; null: that of the folder's model.json, or the folder's name.</param>
    /// <param name="cancellationToken">Stops; nothing is installed in that case.</param>
    /// <exception cref="ModelImportException">
    /// The folder does not contain such a model, or its weights point outside it; the message says what is missing.
    /// </exception>
    public Task<InstalledModel> ImportAsync(string folder, string? id, CancellationToken cancellationToken) =>
        ImportAsync(new ImportOptions(folder) { Id = id }, cancellationToken);

    /// <param name="options">The folder, and settings beyond its files.</param>
    /// <param name="cancellationToken">Stops; nothing is installed in that case.</param>
    /// <exception cref="UnknownModelException"><see cref="ImportOptions.MadeFrom"/> is not a known model.</exception>
    /// <inheritdoc cref="ImportAsync(string, string?, CancellationToken)"/>
    public async Task<InstalledModel> ImportAsync(ImportOptions options, CancellationToken cancellationToken)
    {
        if (options.MadeFrom is { } madeFrom && Catalog.Find(madeFrom) is null && Locate(madeFrom) is null)
        {
            throw Unknown(madeFrom);
        }

        using var installer = new ModelInstaller(Catalog, Target, _options);
        return Installed(await installer.ImportAsync(options, cancellationToken));
    }

    /// <summary>The saved choice, if it is still installed and one of the catalogue's defaults.</summary>
    private DefaultModel? Chosen(ModelTask task, DefaultModelSelection choice) =>
        choice.Of(task) is { } id && Catalog.Defaults(task).Contains(id, StringComparer.OrdinalIgnoreCase) && Intact(id) is { } known
            ? new DefaultModel(known, choice.ReasonOf(task))
            : null;

    private async Task<DefaultModel> FirstDefaultAsync(
        ModelTask task,
        ModelInstaller installer,
        IProgress<PullProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var problems = new List<string>();
        ModelException? last = null;
        foreach (var entry in Catalog.Defaults(task).Select(id => Catalog.Find(id)!))
        {
            if (Intact(entry.Id) is { } installed)
            {
                return new DefaultModel(installed, Reason());
            }

            progress?.Report(new PullProgress(entry.Id, "Checking its host"));
            if (await installer.UnreachableAsync(entry, cancellationToken) is { } unreachable)
            {
                Note(entry, unreachable);
                continue;
            }

            try
            {
                return new DefaultModel(Installed(await installer.PullAsync(entry, progress, cancellationToken)), Reason());
            }
            catch (ModelPullException problem)
            {
                last = problem;
                Note(entry, problem.Message.TrimEnd('.'));
            }
        }

        throw new ModelPullException($"No default model for {ModelId.TaskName(task)} can be fetched: {Reason()}.", last);

        string? Reason() => problems.Count > 0 ? string.Join("; ", problems.Distinct()) : null;

        void Note(CatalogEntry entry, string problem)
        {
            problems.Add(problem);
            progress?.Report(new PullProgress(entry.Id, $"{problem}; trying the next default"));
        }
    }

    private async Task<InstalledModel> InstallAsync(
        CatalogEntry entry,
        IProgress<PullProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        using var installer = new ModelInstaller(Catalog, Target, _options);
        return Installed(await installer.PullAsync(entry, progress, cancellationToken));
    }

    private InstalledModel? Intact(string id) =>
        Locate(id) is { } located && located.Manifest.Damaged(located.Model.Folder) is null ? located.Model : null;

    private InstalledModel Installed(string folder) =>
        Inspect(folder)?.Model ?? throw new ModelPullException($"{folder} is incomplete although it was just installed.");
}
