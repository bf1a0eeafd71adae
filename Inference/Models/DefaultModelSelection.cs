using System.Text.Json;

namespace EmbedPlatform.Inference.Models;

/// <summary>The default models chosen on this machine and why, so that later starts do not need the network.</summary>
internal sealed record DefaultModelSelection(
    string? Embed = null,
    string? Rerank = null,
    string? EmbedReason = null,
    string? RerankReason = null
)
{
    private const string FileName = "defaults.json";

    public static DefaultModelSelection Load(string root)
    {
        try
        {
            return JsonSerializer.Deserialize<DefaultModelSelection>(File.ReadAllBytes(Path.Combine(root, FileName)), ModelJson.Options)
                ?? new();
        }
        catch (Exception problem) when (problem is IOException or JsonException or UnauthorizedAccessException)
        {
            return new();
        }
    }

    public string? Of(ModelTask task) => task == ModelTask.Embed ? Embed : Rerank;

    public string? ReasonOf(ModelTask task) => task == ModelTask.Embed ? EmbedReason : RerankReason;

    public DefaultModelSelection With(ModelTask task, string id, string? reason) =>
        task == ModelTask.Embed ? this with { Embed = id, EmbedReason = reason } : this with { Rerank = id, RerankReason = reason };

    public void Save(string root)
    {
        if (Load(root) != this)
        {
            Directory.CreateDirectory(root);
            ModelJson.WriteAtomically(Path.Combine(root, FileName), this);
        }
    }
}
