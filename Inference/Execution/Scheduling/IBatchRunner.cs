namespace EmbedPlatform.Inference.Execution.Scheduling;

/// <summary>Runs one batch on the calling thread. Called by several threads at a time.</summary>
internal interface IBatchRunner<TResult>
{
    /// <returns>One result per text, in order.</returns>
    TResult[] Run(IReadOnlyList<EncodedText> batch);

    /// <summary>On how many threads <see cref="RunAlone"/> runs, the caller's among them.</summary>
    int AloneThreads => 1;

    /// <summary>Runs a text while nothing else runs; the result has the bits that <see cref="Run"/> gives.</summary>
    TResult RunAlone(EncodedText text) => Run([text])[0];
}
