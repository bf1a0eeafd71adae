using System.Text.RegularExpressions;

namespace EmbedPlatform.Inference.Models;

/// <summary>Model ids: a name, or a publisher and a name.</summary>
internal static partial class ModelId
{
    public static bool IsValid(string id) => id.Length <= 200 && Form().IsMatch(id);

    /// <summary>The name of the folder that holds the model; one level, so that a root's folders are its models.</summary>
    public static string Folder(string id) => id.Replace("/", "--", StringComparison.Ordinal);

    public static string TaskName(ModelTask task) => task == ModelTask.Embed ? "embed" : "rerank";

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)?\z")]
    private static partial Regex Form();
}
