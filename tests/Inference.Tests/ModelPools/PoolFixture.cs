using EmbedPlatform.Inference.ModelPools;
using EmbedPlatform.Inference.Tests.Execution;
using Xunit;

namespace EmbedPlatform.Inference.Tests.ModelPools;

/// <summary>A pool over <see cref="FakeModels"/> and a clock in the test's hand. The first model is the default.</summary>
internal sealed class PoolFixture : IAsyncDisposable
{
    public PoolFixture(FakeModels source, InferenceOptions? options = null, params string[] knownNames)
    {
        Source = source;
        Pool = new ModelPool<FakeModel>(source, options ?? new InferenceOptions(), knownNames, Time, Reports.Add) { Resident = () => 0 };
    }

    public FakeModels Source { get; }

    public ManualTime Time { get; } = new();

    public List<string> Reports { get; } = [];

    public ModelPool<FakeModel> Pool { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<PoolFixture> StartedAsync(FakeModels source, InferenceOptions? options = null, params string[] knownNames)
    {
        var fixture = new PoolFixture(source, options, knownNames);
        await fixture.Pool.StartAsync(Token);
        return fixture;
    }

    public ValueTask<ModelLease<FakeModel>> RentAsync(string? name = null) => Pool.RentAsync(name, Token);

    /// <summary>Takes a model into use and gives it back: it is loaded and used last.</summary>
    public async Task<string> UseAsync(string? name = null)
    {
        using var lease = await RentAsync(name);
        return lease.Model.Model.Id;
    }

    /// <summary>The ids in memory, in alphabetical order.</summary>
    public string[] Loaded => [.. Pool.Models.Where(model => model.Loaded).Select(model => model.Id).Order(StringComparer.Ordinal)];

    public ValueTask DisposeAsync() => Pool.DisposeAsync();
}
