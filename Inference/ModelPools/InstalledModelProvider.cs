using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Installation;
using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Inference.ModelPools;

/// <summary>The models of one task that are installed on this machine.</summary>
/// <typeparam name="TModel">The model interface.</typeparam>
/// <param name="task">The task.</param>
/// <param name="options">The models to serve and how to run them.</param>
/// <param name="open">Opens an installed model.</param>
/// <param name="warm">Runs it once, so that the allocations of the first run do not slow down the first caller.</param>
/// <param name="decorate">Wraps every model after that; the wrapper owns the model. Null for none.</param>
public sealed class InstalledModelProvider<TModel>(
    ModelTask task,
    InferenceOptions options,
    Func<InstalledModel, InferenceOptions, TModel> open,
    Func<TModel, CancellationToken, Task> warm,
    Func<TModel, TModel>? decorate = null
) : IModelProvider<TModel>
    where TModel : class, IInferenceModel
{
    /// <inheritdoc/>
    public IReadOnlyList<AvailableModel> Offers()
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
                        ? new AvailableModel(
                            found.Entry.Id,
                            task == ModelTask.Embed ? SingleTextParallelism.Bytes(found.SizeBytes, options) : found.SizeBytes
                        )
                        {
                            MadeFrom = found.Model is { MadeFrom.Count: > 0 } made ? made.MadeFrom : null,
                        }
                        : new AvailableModel(id, 0)
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
            if (model is IOutOfMemoryReporter reporting)
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

    /// <summary>The id of the default even if it is not installed: the attempt to load it then reports the reason.</summary>
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
