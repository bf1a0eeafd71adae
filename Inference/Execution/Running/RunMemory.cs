using Microsoft.ML.OnnxRuntime;

namespace EmbedPlatform.Inference.Execution.Running;

/// <summary>The options of a session's runs: after a run of many tokens the arena gives its memory back. Thread-safe.</summary>
internal sealed class RunMemory : IDisposable
{
    /// <summary>Up to here the arena keeps what it grew to: memory that every batch needs again.</summary>
    private const long KeptTokens = 1024;

    private readonly RunOptions _keeping = new();
    private readonly RunOptions _shrinking = new();

    public RunMemory() => _shrinking.AddRunConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");

    /// <summary>The options for a run of so many tokens.</summary>
    public RunOptions For(long tokens) => tokens > KeptTokens ? _shrinking : _keeping;

    public void Dispose()
    {
        _keeping.Dispose();
        _shrinking.Dispose();
    }
}
