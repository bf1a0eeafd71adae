using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Bench.Engine;

/// <summary>The engine under measurement, whichever its task.</summary>
internal sealed class Subject(IAsyncDisposable model, Func<IReadOnlyList<string>, Task> run) : IAsyncDisposable
{
    public static Subject Embed(InstalledModel installed, InferenceOptions options)
    {
        var model = EmbeddingModel.Load(installed, options);
        return new Subject(model, texts => model.EmbedAsync(texts, new EmbedOptions(), CancellationToken.None));
    }

    public static Subject Rerank(InstalledModel installed, InferenceOptions options, string query)
    {
        var model = RerankModel.Load(installed, options);
        return new Subject(model, texts => model.ScoreAsync(query, texts, new WorkOptions(), CancellationToken.None));
    }

    public Task RunAsync(IReadOnlyList<string> texts) => run(texts);

    public ValueTask DisposeAsync() => model.DisposeAsync();
}
