using System.Text.Json.Nodes;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.Deploy.Tests;

/// <summary>A folder in the repository, as deep in it as deploy/compose is, that the AppHost publishes into.</summary>
internal sealed class PublishedGraph : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateDirectory(Repository.PathOf(".data", $"publish-{Guid.NewGuid():N}"));

    /// <summary>The written file.</summary>
    public string Compose => File.ReadAllText(PathOf("docker-compose.yaml"));

    /// <summary>The services of the written file.</summary>
    public JsonNode Services => Yaml.Parse(Compose).Single()["services"]!;

    /// <summary>A file of the folder.</summary>
    public string PathOf(string file) => Path.Combine(_folder.FullName, file);

    /// <summary>Publishes as `aspire publish` does: it starts the AppHost with these arguments, and an environment of its own.</summary>
    public async Task PublishAsync(params string[] options)
    {
        var (code, output) = await TryPublishAsync(options);
        Assert.True(code == 0, output);
    }

    /// <summary>Publishes; the exit code and what was printed.</summary>
    public Task<(int Code, string Output)> TryPublishAsync(params string[] options) =>
        RunAsync(["--operation", "publish", "--step", "publish", "--output-path", _folder.FullName, .. options]);

    /// <summary>Writes the manifest that azd reads.</summary>
    public async Task<JsonNode> ManifestAsync()
    {
        var (code, output) = await RunAsync(["--publisher", "manifest", "--output-path", PathOf("manifest.json")]);
        Assert.True(code == 0, output);
        return JsonNode.Parse(await File.ReadAllTextAsync(PathOf("manifest.json"), TestContext.Current.CancellationToken))!;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task<(int Code, string Output)> RunAsync(string[] arguments)
    {
        var (code, output, error) = await Programs.RunAsync(
            "dotnet",
            [Repository.Built("AppHost", "EmbedPlatform.AppHost.dll"), .. arguments]
        );
        return (code, output + error);
    }
}
