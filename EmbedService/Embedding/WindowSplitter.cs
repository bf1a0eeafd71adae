using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.EmbedService.Embedding;

/// <summary>Counts tokens and cuts texts into windows, no more requests at a time than there are cores.</summary>
internal sealed class WindowSplitter
{
    private static readonly EncodeOptions Plain = new() { MatchSpecialTokens = false };

    private readonly SemaphoreSlim _slots = new(Environment.ProcessorCount);

    /// <summary>How many tokens will be embedded.</summary>
    public Task<long> CountAsync(IReadOnlyList<string> texts, IEmbeddingModel model, EmbedWork work, CancellationToken cancellationToken)
    {
        var prompt = model.Model.Prompt(work.Role);
        var most = work.LongText == LongText.Chunk ? int.MaxValue : model.Model.MaxTokens;
        return RunAsync(() => texts.Sum(text => (long)Math.Min(most, model.Tokenizer.CountTokens(prompt + text, Plain))), cancellationToken);
    }

    public Task<(IReadOnlyList<int[]> Ids, IReadOnlyList<WindowPlace> Places)> SplitAsync(
        IReadOnlyList<string> texts, IEmbeddingModel model, EmbedOptions options, int overlap, CancellationToken cancellationToken) =>
        RunAsync(() => Split(texts, model, options, overlap, cancellationToken), cancellationToken);

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

    private static (IReadOnlyList<int[]> Ids, IReadOnlyList<WindowPlace> Places) Split(
        IReadOnlyList<string> texts, IEmbeddingModel model, EmbedOptions options, int overlap, CancellationToken cancellationToken)
    {
        var (ids, places) = (new List<int[]>(texts.Count), new List<WindowPlace>(texts.Count));
        for (var text = 0; text < texts.Count; text++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var windows = TextWindows.Of(model.Tokenizer, model.Model.Prompt(options.Role), texts[text], model.Model.MaxTokens, overlap);
            for (var i = 0; i < windows.Count; i++)
            {
                ids.Add(windows[i].Ids);
                places.Add(new WindowPlace(text, i, windows.Count, windows[i].Start, windows[i].End));
            }
        }

        return (ids, places);
    }
}
