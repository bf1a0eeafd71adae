namespace EmbedPlatform.Inference.Execution;

/// <summary>The memory limit of ONNX Runtime in this process, for weights and runs of all models together.</summary>
public static class EngineMemoryLimit
{
    private const long Megabyte = 1L << 20;

    /// <summary>The largest limit that ONNX Runtime's configuration can express.</summary>
    private const long Largest = 4095 * Megabyte;

    /// <summary>With less than this for runs, a limit would reject models that the budget allows.</summary>
    private const long LeastForRuns = 256 * Megabyte;

    /// <summary>The bound in force, in bytes; 0: none.</summary>
    public static long Limit => SessionFactory.MemoryLimit;

    /// <summary>
    /// Limits all models opened from now on to the memory budget for models plus the memory for runs; runs that need more fail with
    /// <see cref="ModelOutOfMemoryException"/>. There is no limit unless both options are set, nor above 4,095 MB with less than 256 MB
    /// left for runs. Set once per process.
    /// </summary>
    /// <param name="options">The memory budget for models and for runs.</param>
    public static void Apply(InferenceOptions options)
    {
        var (models, runs) = (options.MemoryMegabytes * Megabyte, options.RunMegabytes * Megabyte);
        if (models > 0 && runs > 0 && (models + runs <= Largest || models + LeastForRuns <= Largest))
        {
            SessionFactory.LimitMemory((uint)Math.Min(models + runs, Largest));
        }
    }
}
