using System.CommandLine;
using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Installation;

namespace EmbedPlatform.Cli.Models;

/// <summary>The option for the folders of models, and the store of those folders.</summary>
internal static class ModelRoots
{
    /// <summary>Creates the option.</summary>
    public static Option<string?> Option() =>
        new("--models-root")
        {
            Description =
                "Folders with models, separated by ';' (else: the repository's models and .data/models); new models go into the last one",
            HelpName = "DIRS",
        };

    /// <summary>Opens the store.</summary>
    public static ModelStore Open(string? roots) => ModelStore.Open(new InferenceOptions { ModelsRoot = roots ?? "" });
}
