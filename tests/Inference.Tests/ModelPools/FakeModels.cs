using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.ModelPools;

namespace EmbedPlatform.Inference.Tests.ModelPools;

/// <summary>Models that are nothing but their name, loaded when and how a test wants it: what a pool decides is seen without any.</summary>
internal sealed class FakeModels(params (string Id, int Megabytes)[] offers) : IModelProvider<FakeModel>
{
    private readonly Lock _lock = new();
    private readonly List<string> _loads = [];
    private readonly Dictionary<string, TaskCompletionSource> _held = [];
    private readonly Dictionary<string, Action<Exception>> _outOfMemory = [];

    public List<(string Id, int Megabytes)> Installed { get; } = [.. offers];

    /// <summary>Ids whose load fails, with the message.</summary>
    public Dictionary<string, string> Broken { get; } = [];

    /// <summary>The ids in the order in which they were loaded.</summary>
    public string[] Loads
    {
        get
        {
            lock (_lock)
            {
                return [.. _loads];
            }
        }
    }

    public List<FakeModel> Made { get; } = [];

    public IReadOnlyList<AvailableModel> Offers() =>
        [.. Installed.Select(offer => new AvailableModel(offer.Id, (long)offer.Megabytes << 20))];

    /// <summary>The next load of a model stands still until <see cref="Release"/>.</summary>
    public void Hold(string id) => _held[id] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release(string id) => _held[id].SetResult();

    /// <summary>A run of a loaded model finds no memory.</summary>
    public void Exhaust(string id) => _outOfMemory[id](new ModelOutOfMemoryException(new OutOfMemoryException("no memory")));

    public async Task<FakeModel> LoadAsync(string id, Action<Exception> outOfMemory, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _loads.Add(id);
            _outOfMemory[id] = outOfMemory;
        }

        if (_held.TryGetValue(id, out var held))
        {
            await held.Task.WaitAsync(cancellationToken);
        }

        if (Broken.TryGetValue(id, out var reason))
        {
            throw new InvalidDataException(reason);
        }

        var model = new FakeModel(id);
        lock (_lock)
        {
            Made.Add(model);
        }

        return model;
    }
}

internal sealed class FakeModel(string id) : IInferenceModel
{
    public LoadedModel Model { get; } = new(id, "r1", "fp32", 4, 8);

    public EngineStatus Status { get; } = new(1, 0, 1000, 0);

    public bool IsDisposed { get; private set; }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }
}
