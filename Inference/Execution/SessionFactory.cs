using Microsoft.ML.OnnxRuntime;

namespace EmbedPlatform.Inference.Execution;

/// <summary>
/// Opens ONNX Runtime sessions for many single-threaded runs side by side: no thread pool, no spinning, no telemetry. An arena keeps the memory of
/// runs, since batches are small; <see cref="Running.RunMemory"/> empties it after the rare large one. Weights stay out of it, as it grows by doubling.
/// </summary>
internal static class SessionFactory
{
    private static readonly Lock Gate = new();
    private static OrtEnv? _environment;

    /// <exception cref="OnnxRuntimeException">The model cannot be loaded.</exception>
    public static InferenceSession Open(string modelPath)
    {
        using var options = Options();
        return new InferenceSession(modelPath, options);
    }

    /// <summary>Opens a model in memory whose weights lie in files of a folder.</summary>
    /// <exception cref="OnnxRuntimeException">The model cannot be loaded.</exception>
    public static InferenceSession Open(byte[] model, string folder)
    {
        using var options = Options();
        options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", folder);
        return new InferenceSession(model, options);
    }

    private static SessionOptions Options()
    {
        EnsureEnvironment();
        var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            EnableCpuMemArena = true,
            EnableMemoryPattern = true,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        options.AddSessionConfigEntry("session.use_device_allocator_for_initializers", "1");
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.AddSessionConfigEntry("session.inter_op.allow_spinning", "0");
        return options;
    }

    private static void EnsureEnvironment()
    {
        lock (Gate)
        {
            if (_environment is not null)
            {
                return;
            }

            var options = new EnvironmentCreationOptions { logId = "EmbedPlatform", logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
            _environment = OrtEnv.IsCreated ? OrtEnv.Instance() : OrtEnv.CreateInstanceWithOptions(ref options);
            _environment.DisableTelemetryEvents();
        }
    }
}
