using System.ComponentModel.DataAnnotations;

namespace EmbedPlatform.Inference;

/// <summary>How a service runs its model; bound from the configuration section <c>Inference</c>.</summary>
public sealed class InferenceOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string SectionName = "Inference";

    /// <summary>The model's id in the catalogue, or <c>default</c>: the first of the catalogue's defaults for the task that is installed.</summary>
    [Required]
    public string Model { get; set; } = "default";

    /// <summary>The ids of the models that can be asked for by name, beside the default; empty: every installed model of the task.</summary>
    public string[] Models { get; set; } = [];

    /// <summary>Other names of models: name to id or <c>default</c>. An empty value takes a name away that <see cref="KnownNames"/> gives.</summary>
    public Dictionary<string, string> Aliases { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the names of well-known paid models mean the default model, so that existing clients work unchanged; answers say what served.</summary>
    public bool KnownNames { get; set; } = true;

    /// <summary>The id of a smaller model that serves while the default cannot be loaded or finds no memory; empty: none.</summary>
    public string Fallback { get; set; } = "";

    /// <summary>The most megabytes (1,048,576 bytes) that loaded models may take together; 0: no limit.</summary>
    [Range(0, 100_000_000)]
    public int MemoryMegabytes { get; set; }

    /// <summary>The most megabytes that the runs of all models may take beside them, where <see cref="MemoryMegabytes"/> is given; 0: no limit.</summary>
    [Range(0, 1_000_000)]
    public int RunMegabytes { get; set; }

    /// <summary>How many seconds a request waits for room in that memory, while all other models are in use, before it is answered 503.</summary>
    [Range(0, 3600)]
    public double RoomSeconds { get; set; } = 10;

    /// <summary>After how many seconds a model that failed is tried again, the first time; each further failure doubles it, up to ten minutes.</summary>
    [Range(0.001, 3600)]
    public double RetrySeconds { get; set; } = 15;

    /// <summary>Folders that hold models, separated by <c>;</c>. Empty: the repository's <c>models</c> and <c>.data/models</c>.</summary>
    public string ModelsRoot { get; set; } = "";

    /// <summary>How many cores the process keeps to, all its threads; 0: those it was given.</summary>
    [Range(0, 1024)]
    public int Cores { get; set; }

    /// <summary>Which of the cores that it was given is its first, counted from 0; past the last they are counted on from the first.</summary>
    [Range(0, 1023)]
    public int FirstCore { get; set; }

    /// <summary>How many single-threaded runs go side by side; 0: one per core that the process may use.</summary>
    [Range(0, 1024)]
    public int Workers { get; set; }

    /// <summary>
    /// Of embedding models of at most so many megabytes a second copy is opened, in which a lone text that meets no other work runs on several cores; 0: never.
    /// Under <see cref="MemoryMegabytes"/> a model has one where both copies take half of it at most.
    /// </summary>
    [Range(0, 1_000_000)]
    public int LoneMegabytes { get; set; } = 150;

    /// <summary>
    /// The most tokens of one batch. Every model measured is at its fastest somewhere from 64 to 256; more only lets others wait, and loses the caches.
    /// </summary>
    [Range(16, 1_000_000)]
    public int BatchTokens { get; set; } = 256;

    /// <summary>The most tokens that may wait in the queue before requests are refused. One request of any size is admitted to an empty queue.</summary>
    [Range(1024, 1_000_000_000)]
    public int QueueTokens { get; set; } = 500_000;
}
