using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Serving;
using EmbedPlatform.ServiceDefaults.Startup;

namespace EmbedPlatform.RerankService.Model;

/// <summary>Serves the default model alone.</summary>
internal sealed class SingleModel(Loaded<IRerankModel> loaded) : IModelPool<IRerankModel>
{
    public IReadOnlyList<ServedModel> Models =>
        loaded.Current is { } model ? [new ServedModel(model.Model.Id, IsDefault: true, Loaded: true, Bytes: 0)] : [];

    public ValueTask<ModelLease<IRerankModel>> RentAsync(string? name, CancellationToken cancellationToken)
    {
        var model = loaded.Value;
        return string.IsNullOrEmpty(name) || name == "default" || name == model.Model.Id
            ? new(new ModelLease<IRerankModel>(model))
            : throw new ModelNotServedException(name, [model.Model.Id]);
    }
}
