using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Installation;
using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Inference.Serving;

/// <summary>The models of one task that are installed on this machine.</summary>
/// <typeparam name="TModel">What serves.</typeparam>
/// <param name="task">The task.</param>
/// <param name="options">Which models, and how they run.</param>
/// <param name="open">Opens an installed model.</param>
/// <param name="warm">Runs it once: the first run allocates and plans, which is paid here rather than by the first caller.</param>
/// <param name="decorate">Wraps every model after that; what it returns owns what it wraps. Null: nothing.</param>
public sealed class InstalledModels<TModel>(
    ModelTask task,
    InferenceOptions options,
    Func<InstalledModel, InferenceOptions, TModel> open,
    Func<TModel, CancellationToken, Task> warm,
    Func<TModel, TModel>? decorate = null
) : IModelSource<TModel>
    where TModel : class, IInferenceModel
{
    /// <inheritdoc/>
    public IReadOnlyList<ModelOffer> Offers()
    {
        var store = ModelStore.Open(options);
        var installed = store.List().Where(listing => listing.Installed && listing.Entry.Task == task).ToArray();
        var first = Default(store, installed);
        string[] chosen = options.Models.Length > 0 ? options.Models : [.. installed.Select(listing => listing.Entry.Id)];
        string[] ids = [first, .. options.Fallback.Length > 0 ? [options.Fallback] : Array.Empty<string>(), .. chosen];
        return
        [
            .. ids.Distinct(StringComparer.OrdinalIgnoreCase)
                .Select(id =>
                    installed.FirstOrDefault(listing => string.Equals(listing.Entry.Id, id, StringComparison.OrdinalIgnoreCase))
                        is { } found
                        ? new ModelOffer(
                            found.Entry.Id,
                            task == ModelTask.Embed ? LoneThreads.Bytes(found.SizeBytes, options) : found.SizeBytes
                        )
                        {
                            MadeFrom = found.Model is { MadeFrom.Count: > 0 } made ? made.MadeFrom : null,
                        }
                        : new ModelOffer(id, 0)
                ),
        ];
    }

    /// <inheritdoc/>
    public async Task<TModel> LoadAsync(string id, Action<Exception> outOfMemory, CancellationToken cancellationToken)
    {
        var model = open(ModelStore.Open(options).Resolve(task, id), options);
        try
        {
            await warm(model, cancellationToken).ConfigureAwait(false);
            if (model is IReportsOutOfMemory reporting)
            {
                reporting.OutOfMemory += outOfMemory;
            }

            return decorate?.Invoke(model) ?? model;
        }
        catch
        {
            await model.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The id of the default, also of one that is not installed: the attempt to load it says why it cannot be.</summary>
    private string Default(ModelStore store, ModelListing[] installed)
    {
        if (!string.Equals(options.Model, ModelCatalog.Default, StringComparison.OrdinalIgnoreCase))
        {
            return options.Model;
        }

        var ids = store.Catalog.Defaults(task);
        return ids.FirstOrDefault(id => installed.Any(listing => listing.Entry.Id == id)) ?? ModelCatalog.Default;
    }
}
