namespace EmbedPlatform.Inference.Execution;

/// <summary>The bound on what ONNX Runtime takes in this process: weights and runs of all models together.</summary>
public static class EngineMemory
{
    private const long Megabyte = 1L << 20;

    /// <summary>What ONNX Runtime's configuration can express.</summary>
    private const long Largest = 4095 * Megabyte;

    /// <summary>Below so much for runs a bound would refuse what the budget of models allows.</summary>
    private const long LeastForRuns = 256 * Megabyte;

    /// <summary>The bound in force, in bytes; 0: none.</summary>
    public static long Limit => SessionFactory.MemoryLimit;

    /// <summary>
    /// Bounds all models that are opened from now on to the budget of loaded models and what runs may take beside it; runs that need more fail with
    /// <see cref="ModelOutOfMemoryException"/>. Without both options, and above 4,095 MB with less than 256 MB left for runs, there is no bound.
    /// Settled once for the process.
    /// </summary>
    /// <param name="options">The budget, and what runs may take.</param>
    public static void Apply(InferenceOptions options)
    {
        var (models, runs) = (options.MemoryMegabytes * Megabyte, options.RunMegabytes * Megabyte);
        if (models > 0 && runs > 0 && (models + runs <= Largest || models + LeastForRuns <= Largest))
        {
            SessionFactory.LimitMemory((uint)Math.Min(models + runs, Largest));
        }
    }
}
