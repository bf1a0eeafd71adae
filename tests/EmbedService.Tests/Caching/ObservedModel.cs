using System.Collections.Concurrent;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.ModelPools;
using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.EmbedService.Tests.Caching;

/// <summary>A real model that notes what it is asked for, and waits where a test holds it.</summary>
internal sealed class ObservedModel(IEmbeddingModel inner) : IEmbeddingModel
{
    private volatile TaskCompletionSource? _gate;

    public ConcurrentQueue<(IReadOnlyList<string> Texts, EmbedOptions Options)> Calls { get; } = new();

    public LoadedModel Model => inner.Model;

    public EngineStatus Status => inner.Status;

    public Tokenizer Tokenizer => inner.Tokenizer;

    /// <summary>Makes the calls to come wait until <see cref="Release"/>.</summary>
    public void Hold() => _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release()
    {
        var gate = _gate;
        _gate = null;
        gate?.SetResult();
    }

    /// <summary>Waits until it was asked so many times.</summary>
    public async Task CalledAsync(int times, CancellationToken cancellationToken)
    {
        while (Calls.Count < times)
        {
            await Task.Delay(2, cancellationToken);
        }
    }

    public async Task<IReadOnlyList<TextEmbedding>> EmbedAsync(
        IReadOnlyList<string> texts,
        EmbedOptions options,
        CancellationToken cancellationToken
    )
    {
        Calls.Enqueue((texts, options));
        if (_gate is { } gate)
        {
            await gate.Task.WaitAsync(cancellationToken);
        }

        return await inner.EmbedAsync(texts, options, cancellationToken);
    }

    public Task<IReadOnlyList<TextEmbedding>> EmbedIdsAsync(
        IReadOnlyList<int[]> texts,
        EmbedOptions options,
        CancellationToken cancellationToken
    )
    {
        Calls.Enqueue(([], options));
        return inner.EmbedIdsAsync(texts, options, cancellationToken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
