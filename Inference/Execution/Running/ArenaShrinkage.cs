using Microsoft.ML.OnnxRuntime;

namespace EmbedPlatform.Inference.Execution.Running;

/// <summary>The run options of a session: the arena shrinks after a run of many tokens. Thread-safe.</summary>
internal sealed class ArenaShrinkage : IDisposable
{
    /// <summary>Up to this many tokens the arena keeps its memory, which the next batch needs again.</summary>
    private const long KeptTokens = 1024;

    private readonly RunOptions _keeping = new();
    private readonly RunOptions _shrinking = new();

    public ArenaShrinkage() => _shrinking.AddRunConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");

    /// <summary>The options for a run of a number of tokens.</summary>
    public RunOptions For(long tokens) => tokens > KeptTokens ? _shrinking : _keeping;

    public void Dispose()
    {
        _keeping.Dispose();
        _shrinking.Dispose();
    }
}
