using EmbedPlatform.Inference.Installation;
using EmbedPlatform.Inference.Models;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Models;

/// <summary>Published encoders, which are fetched and never part of the repository, in floats.</summary>
internal static class RealModel
{
    /// <summary>The environment variable that names a folder of installed models, where the repository's own has none.</summary>
    public const string EnvironmentVariable = "EMBEDPLATFORM_REAL_MODELS";

    /// <summary>The ids under which the models are installed: an export of opset 13 and one of opset 11.</summary>
    public static TheoryData<string> Ids => ["all-MiniLM-L6-v2", "snowflake-arctic-embed-xs"];

    /// <summary>Returns an installed model, whatever form of it, or skips the running test.</summary>
    public static InstalledModel Require(string id)
    {
        var root = Environment.GetEnvironmentVariable(EnvironmentVariable) ?? "";
        var installed = ModelStore.Open(new InferenceOptions { ModelsRoot = root }).Find(id);
        Assert.SkipWhen(
            installed is null,
            $"needs {id}: embedctl models pull {id}, or {EnvironmentVariable} with the folder that holds it"
        );
        return installed!;
    }

    /// <summary>Returns an installed model in floats, or skips the running test.</summary>
    public static InstalledModel RequireFloats(string id)
    {
        var installed = Require(id);
        Assert.SkipWhen(installed.Variant == "int8", $"needs {id} in floats; {installed.Folder} holds it in int8");
        return installed;
    }
}
