using System.ComponentModel.DataAnnotations;

namespace EmbedPlatform.Inference;

/// <summary>How a service runs its model; bound from the configuration section <c>Inference</c>.</summary>
public sealed class InferenceOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string SectionName = "Inference";

    /// <summary>
    /// The model's id in the catalogue, or <c>default</c>: the first of the catalogue's defaults for the task that is installed.
    /// </summary>
    [Required]
    public string Model { get; set; } = "default";

    /// <summary>
    /// The ids of the models that can be requested by name, besides the default; empty for every installed model of the task.
    /// </summary>
    public string[] Models { get; set; } = [];

    /// <summary>
    /// Aliases of models: name to id or <c>default</c>. An empty value removes a name that
    /// <see cref="ModelPools.ProviderModelAliases"/> defines.
    /// </summary>
    public Dictionary<string, string> Aliases { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Whether the names of well-known commercial models are aliases of the default model, so that existing clients work unchanged;
    /// responses name the model that served them.
    /// </summary>
    public bool KnownNames { get; set; } = true;

    /// <summary>The id of a smaller model that serves while the default cannot be loaded or is out of memory; empty for none.</summary>
    public string Fallback { get; set; } = "";

    /// <summary>The maximum memory of all loaded models together, in megabytes (1,048,576 bytes); 0 for no limit.</summary>
    [Range(0, 100_000_000)]
    public int MemoryMegabytes { get; set; }

    /// <summary>
    /// The maximum memory of the runs of all models, in megabytes in addition to <see cref="MemoryMegabytes"/> if that is set; 0 for no
    /// limit.
    /// </summary>
    [Range(0, 1_000_000)]
    public int RunMegabytes { get; set; }

    /// <summary>How many seconds a request waits for memory while all other models are in use, before it fails with 503.</summary>
    [Range(0, 3600)]
    public double RoomSeconds { get; set; } = 10;

    /// <summary>Seconds until a failed model is retried; each further failure doubles them, up to ten minutes.</summary>
    [Range(0.001, 3600)]
    public double RetrySeconds { get; set; } = 15;

    /// <summary>Folders that hold models, separated by <c>;</c>. Empty: the repository's <c>models</c> and <c>.data/models</c>.</summary>
    public string ModelsRoot { get; set; } = "";

    /// <summary>The number of cores that the process uses for all its threads; 0 for all cores it was given.</summary>
    [Range(0, 1024)]
    public int Cores { get; set; }

    /// <summary>The first of these cores, counted from 0 among those the process was given; counting wraps around after the last.</summary>
    [Range(0, 1023)]
    public int FirstCore { get; set; }

    /// <summary>The number of parallel single-threaded runs; 0 for one per core that the process may use.</summary>
    [Range(0, 1024)]
    public int Workers { get; set; }

    /// <summary>
    /// Embedding models of up to this many megabytes are loaded a second time, so that a single text runs on several cores while there is
    /// no other work; 0 for never. With <see cref="MemoryMegabytes"/>, both copies together must fit into half of it.
    /// </summary>
    [Range(0, 1_000_000)]
    public int LoneMegabytes { get; set; } = 150;

    /// <summary>
    /// The maximum number of tokens in a batch. Every measured model is fastest between 64 and 256; more only delays other requests and
    /// exceeds the CPU caches.
    /// </summary>
    [Range(16, 1_000_000)]
    public int BatchTokens { get; set; } = 256;

    /// <summary>
    /// The maximum number of tokens waiting in a queue before requests are rejected. An empty queue admits a request of any size.
    /// </summary>
    [Range(1024, 1_000_000_000)]
    public int QueueTokens { get; set; } = 500_000;
}
