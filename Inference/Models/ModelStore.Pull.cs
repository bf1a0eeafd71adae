using EmbedPlatform.Inference.Models.Install;

namespace EmbedPlatform.Inference.Models;

public sealed partial class ModelStore
{
    private string Target => Roots[^1];

    /// <summary>Installs a model of the catalogue, from the first of its sources that gives it; one that is installed is returned at once.</summary>
    /// <param name="idOrDefault">An id, or <c>default</c>: see <see cref="PullDefaultsAsync"/>; the embedding model is returned.</param>
    /// <param name="progress">Is told what happens.</param>
    /// <param name="cancellationToken">Stops; what was fetched is kept for the next attempt.</param>
    /// <exception cref="UnknownModelException">The catalogue has no such model.</exception>
    /// <exception cref="ModelPullException">No source gave it.</exception>
    /// <exception cref="ModelIntegrityException">A file has another hash than it should.</exception>
    public Task<InstalledModel> PullAsync(string idOrDefault, IProgress<PullProgress>? progress, CancellationToken cancellationToken) =>
        PullAsync(idOrDefault, null, progress, cancellationToken);

    /// <summary>Installs a variant of a model; another variant that is installed is replaced when all files are there.</summary>
    /// <param name="idOrDefault">An id, or <c>default</c>.</param>
    /// <param name="variant">The variant's name; null: whichever is installed, else the entry's own.</param>
    /// <param name="progress">Is told what happens.</param>
    /// <param name="cancellationToken">Stops; what was fetched is kept for the next attempt.</param>
    /// <exception cref="UnknownModelException">The catalogue has no such model or variant.</exception>
    /// <exception cref="ModelPullException">No source gave it.</exception>
    /// <exception cref="ModelIntegrityException">A file has another hash than it should.</exception>
    public async Task<InstalledModel> PullAsync(
        string idOrDefault, string? variant, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        if (IsDefault(idOrDefault))
        {
            if (variant is not null)
            {
                throw new UnknownModelException("A variant belongs to one model; name it instead of 'default'.");
            }

            var pulled = await PullDefaultsAsync(progress, cancellationToken);
            return pulled.FirstOrDefault(model => model.Entry.Task == ModelTask.Embed) ?? pulled[0];
        }

        if (Intact(idOrDefault) is { } installed && (variant is null || string.Equals(variant, installed.Variant, StringComparison.OrdinalIgnoreCase)))
        {
            return installed;
        }

        var entry = Catalog.Find(idOrDefault)
            ?? throw new UnknownModelException($"The catalogue has no model '{idOrDefault}'; embedctl models list shows those it has.");
        var chosen = variant is null ? entry : entry.Of(variant)
            ?? throw new UnknownModelException(
                $"'{entry.Id}' has no variant '{variant}'; it has {string.Join(", ", entry.Variants.Select(other => other.Name).Prepend(entry.Variant))}.");
        return await InstallAsync(chosen, progress, cancellationToken);
    }

    /// <summary>
    /// Installs for each task the first of its defaults whose source answers. What was chosen is remembered: while those models are
    /// installed, later calls return at once and ask nobody.
    /// </summary>
    /// <returns>One model per task.</returns>
    /// <exception cref="ModelPullException">No default of a task could be fetched.</exception>
    public async Task<IReadOnlyList<InstalledModel>> PullDefaultsAsync(IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        var choice = ChosenDefaults.Load(Target);
        var models = new List<InstalledModel>();
        using var installer = new ModelInstaller(Catalog, Target, _options);
        foreach (var task in Enum.GetValues<ModelTask>().Where(task => Catalog.Defaults(task).Count > 0))
        {
            var model = choice.Of(task) is { } chosen && Intact(chosen) is { } known
                ? known
                : await FirstDefaultAsync(task, installer, progress, cancellationToken);
            models.Add(model);
            choice = choice.With(task, model.Entry.Id);
        }

        choice.Save(Target);
        return models;
    }

    /// <summary>
    /// Installs a model from a local folder: one with an ONNX file and a tokenizer.json (as Hugging Face repositories have them), or the
    /// unpacked TensorFlow.js package of USE-lite.
    /// </summary>
    /// <param name="folder">The folder; it is copied and not changed.</param>
    /// <param name="id">The id; null: that of the folder's model.json, or the folder's name.</param>
    /// <param name="cancellationToken">Stops; nothing is installed then.</param>
    /// <exception cref="ModelImportException">The folder holds no such model, or its weights point outside it; the message says what is missing.</exception>
    public Task<InstalledModel> ImportAsync(string folder, string? id, CancellationToken cancellationToken) =>
        ImportAsync(folder, id, null, cancellationToken);

    /// <summary>The same for a model that has the weights of another one: what was measured of that one holds for it.</summary>
    /// <param name="folder">The folder; it is copied and not changed.</param>
    /// <param name="id">The id; null: that of the folder's model.json, or the folder's name.</param>
    /// <param name="madeFrom">The other model's id; null: as the folder's model.json says, or the catalogue's entry that has the same ONNX file.</param>
    /// <param name="cancellationToken">Stops; nothing is installed then.</param>
    /// <exception cref="ModelImportException">The folder holds no such model, or its weights point outside it; the message says what is missing.</exception>
    /// <exception cref="UnknownModelException"><paramref name="madeFrom"/> is no model that is known.</exception>
    public async Task<InstalledModel> ImportAsync(string folder, string? id, string? madeFrom, CancellationToken cancellationToken)
    {
        if (madeFrom is not null && Catalog.Find(madeFrom) is null && Locate(madeFrom) is null)
        {
            throw Unknown(madeFrom);
        }

        using var installer = new ModelInstaller(Catalog, Target, _options);
        return Installed(await installer.ImportAsync(folder, id, madeFrom, cancellationToken));
    }

    private async Task<InstalledModel> FirstDefaultAsync(
        ModelTask task, ModelInstaller installer, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        ModelException? last = null;
        foreach (var entry in Catalog.Defaults(task).Select(id => Catalog.Find(id)!))
        {
            if (Intact(entry.Id) is { } installed)
            {
                return installed;
            }

            progress?.Report(new PullProgress(entry.Id, "Asking its host"));
            if (!await installer.AnswersAsync(entry, cancellationToken))
            {
                progress?.Report(new PullProgress(entry.Id, "Its host does not answer; the next default is taken"));
                continue;
            }

            try
            {
                return Installed(await installer.PullAsync(entry, progress, cancellationToken));
            }
            catch (ModelPullException problem)
            {
                last = problem;
                progress?.Report(new PullProgress(entry.Id, $"{problem.Message} The next default is taken"));
            }
        }

        throw new ModelPullException($"No default model for {ModelId.Word(task)} can be fetched: {last?.Message ?? "no host answers."}", last);
    }

    private async Task<InstalledModel> InstallAsync(CatalogEntry entry, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        using var installer = new ModelInstaller(Catalog, Target, _options);
        return Installed(await installer.PullAsync(entry, progress, cancellationToken));
    }

    private InstalledModel? Intact(string id) =>
        Locate(id) is { } located && located.Manifest.Damaged(located.Model.Folder) is null ? located.Model : null;

    private InstalledModel Installed(string folder) =>
        Inspect(folder)?.Model ?? throw new ModelPullException($"{folder} is not complete although it was just installed.");
}
