namespace EmbedPlatform.Inference.Execution.Scheduling;

/// <summary>Runs one batch on the calling thread. Called by several threads at a time.</summary>
internal interface IBatchRunner<TResult>
{
    /// <returns>One result per text, in order.</returns>
    TResult[] Run(IReadOnlyList<EncodedText> batch);
}
