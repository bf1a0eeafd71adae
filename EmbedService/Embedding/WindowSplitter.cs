using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.EmbedService.Embedding;

/// <summary>Counts tokens and splits texts into windows, at most one request per core at a time.</summary>
internal sealed class WindowSplitter
{
    private static readonly EncodeOptions Plain = new() { MatchSpecialTokens = false };

    private readonly SemaphoreSlim _slots = new(Environment.ProcessorCount);

    /// <summary>The number of tokens that will be embedded.</summary>
    public Task<long> CountAsync(
        IReadOnlyList<string> texts,
        IEmbeddingModel model,
        EmbeddingRequest request,
        CancellationToken cancellationToken
    )
    {
        var prompt = model.Model.Prompt(request.Role);
        var limit = request.WindowOverlap is not null ? int.MaxValue : model.Model.MaxTokens;
        return RunAsync(
            () => texts.Sum(text => (long)Math.Min(limit, model.Tokenizer.CountTokens(prompt + text, Plain))),
            cancellationToken
        );
    }

    public Task<(IReadOnlyList<int[]> Ids, IReadOnlyList<WindowPosition> Windows)> SplitAsync(
        IReadOnlyList<string> texts,
        IEmbeddingModel model,
        EmbedOptions options,
        int overlap,
        CancellationToken cancellationToken
    ) => RunAsync(() => Split(texts, model, options, overlap, cancellationToken), cancellationToken);

    private async Task<T> RunAsync<T>(Func<T> run, CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(run, cancellationToken);
        }
        finally
        {
            _slots.Release();
        }
    }

    private static (IReadOnlyList<int[]> Ids, IReadOnlyList<WindowPosition> Windows) Split(
        IReadOnlyList<string> texts,
        IEmbeddingModel model,
        EmbedOptions options,
        int overlap,
        CancellationToken cancellationToken
    )
    {
        var (ids, windows) = (new List<int[]>(texts.Count), new List<WindowPosition>(texts.Count));
        for (var text = 0; text < texts.Count; text++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var split = TextWindows.Of(model.Tokenizer, model.Model.Prompt(options.Role), texts[text], model.Model.MaxTokens, overlap);
            for (var i = 0; i < split.Count; i++)
            {
                ids.Add(split[i].Ids);
                windows.Add(new WindowPosition(text, i, split.Count, split[i].Start, split[i].End));
            }
        }

        return (ids, windows);
    }
}
