using Microsoft.ML.OnnxRuntime;

namespace EmbedPlatform.Inference.Execution;

/// <summary>
/// Opens ONNX Runtime sessions for many parallel single-threaded runs: no thread pool, no spinning, no telemetry. An arena keeps the memory
/// of runs, since batches are small; <see cref="Running.ArenaShrinkage"/> empties it after the rare large one. Weights stay out of it, as
/// it grows by doubling. The exception is <see cref="OpenIntraOp"/>.
/// </summary>
internal static class SessionFactory
{
    private static readonly Lock Gate = new();
    private static OrtEnv? _environment;

    /// <summary>The memory limit of all sessions opened after <see cref="LimitMemory"/> together; 0 for none.</summary>
    public static long MemoryLimit { get; private set; }

    /// <summary>
    /// Gives all sessions opened from now on one shared, bounded allocator. ONNX Runtime has one per process, so a second call changes
    /// nothing.
    /// </summary>
    public static void LimitMemory(uint bytes)
    {
        EnsureEnvironment();
        lock (Gate)
        {
            if (MemoryLimit > 0)
            {
                return;
            }

            using var memory = new OrtMemoryInfo(OrtMemoryInfo.allocatorCPU, OrtAllocatorType.ArenaAllocator, 0, OrtMemType.Default);
            using var arena = new OrtArenaCfg(bytes, -1, -1, -1);
            _environment!.CreateAndRegisterAllocator(memory, arena);
            MemoryLimit = bytes;
        }
    }

    /// <exception cref="ModelLoadException">The model cannot be loaded.</exception>
    public static InferenceSession Open(string modelPath)
    {
        using var options = Options();
        return Named(modelPath, () => new InferenceSession(modelPath, options));
    }

    /// <summary>
    /// Opens a model for one run at a time on several threads, including the caller's. The others spin during the run, since an operator
    /// takes less time than waking a thread, and sleep as soon as it ends.
    /// </summary>
    /// <param name="modelPath">The model.onnx.</param>
    /// <param name="threads">How many, at least 2.</param>
    /// <exception cref="ModelLoadException">The model cannot be loaded.</exception>
    public static InferenceSession OpenIntraOp(string modelPath, int threads)
    {
        using var options = Options();
        options.IntraOpNumThreads = threads;
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "1");
        options.AddSessionConfigEntry("session.force_spinning_stop", "1");
        return Named(modelPath, () => new InferenceSession(modelPath, options));
    }

    /// <summary>Opens a model in memory whose weights lie in files of a folder.</summary>
    /// <exception cref="ModelLoadException">The model cannot be loaded.</exception>
    public static InferenceSession Open(byte[] model, string folder)
    {
        using var options = Options();
        options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", folder);
        return Named(folder, () => new InferenceSession(model, options));
    }

    private static InferenceSession Named(string model, Func<InferenceSession> open)
    {
        try
        {
            return open();
        }
        catch (OnnxRuntimeException refused)
        {
            throw new ModelLoadException(model, refused);
        }
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
            // Errors are exceptions; ONNX Runtime would write them to standard error as well.
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        if (MemoryLimit > 0)
        {
            options.AddSessionConfigEntry("session.use_env_allocators", "1");
        }

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
