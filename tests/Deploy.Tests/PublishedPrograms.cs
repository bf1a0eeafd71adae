using System.Runtime.InteropServices;
using EmbedPlatform.Deploy.Tests;
using EmbedPlatform.TestKit;
using Xunit;

[assembly: AssemblyFixture(typeof(PublishedPrograms))]

namespace EmbedPlatform.Deploy.Tests;

/// <summary>The programs of the images, published once for this machine's architecture with the commands of the Dockerfile.</summary>
public sealed class PublishedPrograms : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _published = [];
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>The folder that an image has at /app.</summary>
    /// <param name="image">embed, rerank, search or tools.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task<string> FolderAsync(string image, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (!_published.TryGetValue(image, out var folder))
            {
                _published.Add(image, folder = await PublishAsync(image));
            }

            return folder;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose()
    {
        _one.Dispose();
        _folder.Dispose();
    }

    // Builds of its own, kept between test runs: those of the repository are for no architecture in particular, and other tests use them.
    private async Task<string> PublishAsync(string image)
    {
        var folder = _folder[image];
        var command = ImageFile.Read().Stages[$"{image}-build"].Instructions.Single(one => one.Name == "RUN").Arguments;
        string[] words =
        [
            .. command[command.IndexOf("publish", StringComparison.Ordinal)..]
                .Replace("$TARGETARCH", RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant(), StringComparison.Ordinal)
                .Replace("-o /out", $"-o {folder}", StringComparison.Ordinal)
                .Split(' '),
        ];
        words[1] = Repository.PathOf(words[1]);
        var (code, output, error) = await Programs.RunAsync(
            "dotnet",
            [.. words, "--artifacts-path", Repository.PathOf(".data", "published"), "-v", "q", "--nologo"]
        );
        Assert.True(code == 0, output + error);
        return folder;
    }
}
