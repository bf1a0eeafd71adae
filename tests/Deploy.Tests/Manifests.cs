using System.Text.Json.Nodes;
using CliWrap.Buffered;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.Deploy.Tests;

/// <summary>The manifests of deploy/kubernetes as kubectl renders them, or skips where there is no kubectl.</summary>
internal static class Manifests
{
    public static async Task<IReadOnlyList<JsonNode>> RenderAsync(string overlay)
    {
        using var copy = new TemporaryFolder();
        var (copied, _, reason) = await Programs.RunAsync("cp", ["-r", Repository.PathOf("deploy", "kubernetes", "."), copy.Path]);
        Assert.True(copied == 0, reason);
        File.Delete(copy["overlays", "complete", "secrets.env"]);
        await Programs.RunAsync("bash", [copy["overlays", "complete", "new-secrets.sh"]]);
        var (code, output, error) = await KustomizeAsync(copy["overlays", overlay]);
        Assert.True(code == 0, error);
        return Yaml.Parse(output);
    }

    /// <summary>All of a kind.</summary>
    public static IEnumerable<JsonNode> OfKind(this IEnumerable<JsonNode> manifests, params string[] kinds) =>
        manifests.Where(manifest => kinds.Contains((string)manifest["kind"]!));

    /// <summary>The one of a kind and name.</summary>
    public static JsonNode The(this IEnumerable<JsonNode> manifests, string kind, string name) =>
        manifests.OfKind(kind).Single(manifest => manifest.Name() == name);

    public static string Name(this JsonNode manifest) => (string)manifest["metadata"]!["name"]!;

    /// <summary>The pods that are made: of Deployments and StatefulSets.</summary>
    public static IEnumerable<(string Owner, JsonNode Pod)> Pods(this IEnumerable<JsonNode> manifests) =>
        manifests.OfKind("Deployment", "StatefulSet").Select(owner => (owner.Name(), owner["spec"]!["template"]!));

    /// <summary>Containers and init containers of a pod.</summary>
    public static IEnumerable<JsonNode> Containers(this JsonNode pod) =>
        pod["spec"]!["containers"].Items().Concat(pod["spec"]!["initContainers"].Items());

    /// <summary>Whether a label selector takes a pod.</summary>
    public static bool Takes(this JsonNode? selector, JsonNode pod)
    {
        var labels = pod["metadata"]!["labels"]!;
        return (selector?["matchLabels"].Entries() ?? []).All(wanted => (string?)labels[wanted.Key] == (string?)wanted.Value)
            && (selector?["matchExpressions"])
                .Items()
                .All(expression =>
                    (string?)expression["operator"] == "In"
                    && expression["values"].Strings().Contains((string?)labels[(string)expression["key"]!])
                );
    }

    private static async Task<BufferedCommandResult> KustomizeAsync(string folder)
    {
        try
        {
            return await Programs.RunAsync("kubectl", ["kustomize", folder]);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("needs kubectl, which renders the manifests");
            throw;
        }
    }
}
