using System.CommandLine;
using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Installation;

namespace EmbedPlatform.Cli.Models;

/// <summary>The option that says where models lie, and the store over it.</summary>
internal static class ModelRoots
{
    /// <summary>Makes the option.</summary>
    public static Option<string?> Option() =>
        new("--models-root")
        {
            Description = "Folders of models, separated by ';' (else: the repository's models and .data/models); new ones go to the last",
            HelpName = "DIRS",
        };

    /// <summary>Opens the store.</summary>
    public static ModelStore Open(string? roots) => ModelStore.Open(new InferenceOptions { ModelsRoot = roots ?? "" });
}
