using System.Text;
using EmbedPlatform.Inference.Installation;
using EmbedPlatform.InferenceTestKit;
using EmbedPlatform.TestKit;

namespace EmbedPlatform.Inference.Tests.Models;

/// <summary>A NuGet feed of version 3 on a free port, and a folder with a nuget.config that names it and nothing else.</summary>
internal sealed class FakeFeed : IAsyncDisposable
{
    public const string Name = "ours";
    private const string IndexPath = "v3/index.json";

    private readonly TemporaryFolder _folder = new();

    public FakeFeed(TinyPackage? package = null)
    {
        Host.Files[IndexPath] = Encoding.UTF8.GetBytes(
            $$"""{"version":"3.0.0","resources":[{"@id":"x","@type":"SearchQueryService"},"""
                + $$"""{"@id":"{{Root}}flat","@type":"PackageBaseAddress/3.0.0"}]}"""
        );
        if (package is not null)
        {
            Host.Files[$"flat/{TinyPackage.Path}"] = package.Bytes;
        }

        Configure(Index);
    }

    public FakeHub Host { get; } = new();

    /// <summary>The address of its list of services.</summary>
    public string Index => $"{Root}{IndexPath}";

    /// <summary>The folder in which NuGet would keep packages.</summary>
    public string Packages => Directory.CreateDirectory(_folder["packages"]).FullName;

    public string ConfigFile => _folder["nuget.config"];

    public PullOptions Options => Host.Options with { NugetConfigFolder = Directory.CreateDirectory(_folder["below"]).FullName };

    private string Root => Host.Options.HubEndpoint.AbsoluteUri;

    /// <summary>Writes nuget.config anew.</summary>
    /// <param name="source">The address or folder of the feed.</param>
    /// <param name="first">Another source, which stands before it.</param>
    /// <param name="more">Further sections.</param>
    public void Configure(string source, string first = "", string more = "") =>
        File.WriteAllText(
            ConfigFile,
            $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="packages" /></config>
              <fallbackPackageFolders><clear /></fallbackPackageFolders>
              <packageSources><clear />{first}<add key="{Name}" value="{source}" /></packageSources>
              {more}
            </configuration>
            """
        );

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        _folder.Dispose();
    }
}
