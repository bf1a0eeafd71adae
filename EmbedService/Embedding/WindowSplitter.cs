using EmbedPlatform.Inference.Execution;

namespace EmbedPlatform.EmbedService.Embedding;

/// <summary>Cuts texts into windows, no more requests at a time than there are cores.</summary>
internal sealed class WindowSplitter
{
    private readonly SemaphoreSlim _slots = new(Environment.ProcessorCount);

    public async Task<(IReadOnlyList<int[]> Ids, IReadOnlyList<WindowPlace> Places)> SplitAsync(
        IReadOnlyList<string> texts, IEmbeddingModel model, EmbedOptions options, int overlap, CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => Split(texts, model, options, overlap, cancellationToken), cancellationToken);
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
