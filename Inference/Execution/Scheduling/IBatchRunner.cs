namespace EmbedPlatform.Inference.Execution.Scheduling;

/// <summary>Runs one batch on the calling thread. Several threads call it concurrently.</summary>
internal interface IBatchRunner<TResult>
{
    /// <returns>One result per text, in order.</returns>
    TResult[] Run(IReadOnlyList<EncodedText> batch);

    /// <summary>The number of threads that <see cref="RunIntraOp"/> uses, including the caller's.</summary>
    int IntraOpThreads => 1;

    /// <summary>
    /// Runs one text on several threads while nothing else runs; the result is bit-identical to that of <see cref="Run"/>.
    /// </summary>
    TResult RunIntraOp(EncodedText text) => Run([text])[0];
}
