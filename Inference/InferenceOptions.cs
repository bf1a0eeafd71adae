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

    /// <summary>Folders that hold models, separated by <c>;</c>. Empty: the repository's <c>models</c> and <c>.data/models</c>.</summary>
    public string ModelsRoot { get; set; } = "";

    /// <summary>How many single-threaded runs go side by side; 0: one per core that the process may use.</summary>
    [Range(0, 1024)]
    public int Workers { get; set; }

    /// <summary>
    /// The most tokens of one batch. Every model measured is at its fastest somewhere from 64 to 256; more only lets others wait, and loses the caches.
    /// </summary>
    [Range(16, 1_000_000)]
    public int BatchTokens { get; set; } = 256;

    /// <summary>The most tokens that may wait in the queue before requests are refused. One request of any size is admitted to an empty queue.</summary>
    [Range(1024, 1_000_000_000)]
    public int QueueTokens { get; set; } = 500_000;
}
