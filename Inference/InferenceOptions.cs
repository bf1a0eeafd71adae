using System.ComponentModel.DataAnnotations;

namespace EmbedPlatform.Inference;

/// <summary>How a service runs its model; bound from the configuration section <c>Inference</c>.</summary>
public sealed class InferenceOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string SectionName = "Inference";

    /// <summary>
    /// The model's id in the catalogue, or <c>default</c>: the first installed of the catalogue's defaults for the task. The AppHost sets
    /// it.
    /// </summary>
    [Required]
    public string Model { get; set; } = "default";

    /// <summary>The ids of further models that a request can name.</summary>
    /// <value>every installed model of the task</value>
    public string[] Models { get; set; } = [];

    /// <summary>
    /// Other names of models, such as <c>Inference:Aliases:my-model=BAAI/bge-m3</c> or <c>=default</c>. An empty value removes one of the
    /// <see cref="ProviderAliases"/>.
    /// </summary>
    public Dictionary<string, string> Aliases { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Whether the names of well-known commercial models (<c>text-embedding-3-small</c>, <c>embed-english-v3.0</c>, <c>rerank-v3.5</c> and
    /// so on) are aliases of the default model, so that existing clients work unchanged; responses name the model that served them.
    /// </summary>
    public bool ProviderAliases { get; set; } = true;

    /// <summary>
    /// The id of a smaller model that serves while the default cannot be loaded or is out of memory. Its embeddings are not comparable with
    /// the default's: set it for EmbedService only if callers check the <c>model</c> of the response.
    /// </summary>
    public string Fallback { get; set; } = "";

    /// <summary>
    /// The maximum memory of all loaded models together, in megabytes (1,048,576 bytes); 0 for no limit. The AppHost sets it.
    /// </summary>
    [Range(0, 100_000_000)]
    public int MemoryMegabytes { get; set; }

    /// <summary>
    /// The maximum memory of the runs of all models, in megabytes in addition to <see cref="MemoryMegabytes"/> if that is set; 0 for no
    /// limit. The AppHost sets it.
    /// </summary>
    [Range(0, 1_000_000)]
    public int RunMegabytes { get; set; }

    /// <summary>Seconds that a request waits for memory while all other models are in use, before it fails with 503.</summary>
    [Range(0, 3600)]
    public double MemoryTimeoutSeconds { get; set; } = 10;

    /// <summary>Seconds until a failed model is retried; each further failure doubles them, up to ten minutes.</summary>
    [Range(0.001, 3600)]
    public double RetrySeconds { get; set; } = 15;

    /// <summary>Folders that hold models, separated by <c>;</c>.</summary>
    /// <value>the repository's <c>models</c> and <c>.data/models</c></value>
    public string ModelsRoot { get; set; } = "";

    /// <summary>
    /// The number of cores that the process uses for all its threads (Linux); 0 for all cores it was given. The AppHost sets it.
    /// </summary>
    [Range(0, 1024)]
    public int Cores { get; set; }

    /// <summary>
    /// The first of these cores, counted from 0 among those the process was given; counting wraps around after the last. The AppHost sets
    /// it.
    /// </summary>
    [Range(0, 1023)]
    public int FirstCore { get; set; }

    /// <summary>
    /// The number of parallel single-threaded model runs; 0 for one per core that the process may use. The AppHost sets it.
    /// </summary>
    [Range(0, 1024)]
    public int Workers { get; set; }

    /// <summary>
    /// The maximum size of an embedding model that is loaded a second time, in a session for latency: a single text runs in it on up to
    /// four cores while there is no other work. 0 for no such session. With <see cref="MemoryMegabytes"/>, both copies together must fit
    /// into half of it.
    /// </summary>
    [Range(0, 1_000_000)]
    public int LatencySessionMegabytes { get; set; } = 150;

    /// <summary>
    /// The maximum number of tokens in a batch. Every measured model is fastest between 64 and 256; more only delays other requests and
    /// exceeds the CPU caches.
    /// </summary>
    [Range(16, 1_000_000)]
    public int BatchTokens { get; set; } = 256;

    /// <summary>
    /// The maximum number of tokens waiting in a lane's queue; further requests get 429. An empty queue admits a request of any size.
    /// </summary>
    [Range(1024, 1_000_000_000)]
    public int QueueTokens { get; set; } = 500_000;
}
