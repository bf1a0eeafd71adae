using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.ModelPools;
using EmbedPlatform.InferenceTestKit;
using Microsoft.Extensions.DependencyInjection;

namespace EmbedPlatform.EmbedService.Tests;

/// <summary>
/// EmbedService over a small model in the shape of BGE-M3's export: dense, sparse and ColBERT vectors, and one per token.
/// </summary>
public sealed class OutputsService : EmbedFixture
{
    private readonly SmallEncoder _small = new();
    private EmbeddingModel? _model;

    protected override void ConfigureServices(IServiceCollection services)
    {
        _model = EmbeddingModel.Load(_small.Installed, new InferenceOptions { Workers = 1 });
        services.AddSingleton<IModelPool<IEmbeddingModel>>(new OneModel(_model));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_model is not null)
        {
            await _model.DisposeAsync();
        }

        _small.Dispose();
    }

    private sealed class OneModel(IEmbeddingModel model) : IModelPool<IEmbeddingModel>
    {
        public IReadOnlyList<ServedModel> Models => [new ServedModel(model.Model.Id, IsDefault: true, Loaded: true, Bytes: 0)];

        public ValueTask<ModelLease<IEmbeddingModel>> RentAsync(string? name, CancellationToken cancellationToken) =>
            new(new ModelLease<IEmbeddingModel>(model));
    }
}
