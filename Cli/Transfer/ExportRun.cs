using System.Buffers;
using System.IO.Compression;
using System.Net.Sockets;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Client;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Transfer;

/// <summary>
/// Writes an export to a file. It has the suffix .part until it is whole and its checksum is right, so a file without the suffix is whole.
/// </summary>
/// <param name="search">The platform.</param>
/// <param name="collection">The collection.</param>
internal sealed class ExportRun(ISearchClient search, string collection)
{
    private ExportCheck? _check;

    /// <summary>The number of documents in the file.</summary>
    public long Documents => _check?.Documents ?? 0;

    /// <summary>The number of documents of the collection; null while it is not known.</summary>
    public long? Total => _check?.Header?.Documents;

    /// <summary>Writes the export to a file.</summary>
    /// <param name="path">The file; .gz packs it.</param>
    /// <param name="resume">Whether to continue the file of an interrupted export.</param>
    /// <param name="cancellationToken">Interrupts the export; the part stays.</param>
    /// <returns>The trailer.</returns>
    /// <exception cref="CommandException">The export broke off or is not right.</exception>
    public async Task<ExportTrailer> ToFileAsync(string path, bool resume, CancellationToken cancellationToken)
    {
        var part = path + ".part";
        using var check = _check = new ExportCheck(part);
        if (resume && !File.Exists(part) && File.Exists(path))
        {
            File.Move(path, part);
        }

        if (resume && File.Exists(part))
        {
            await KeepAsync(part, ExportLines.IsPacked(path), check, cancellationToken);
        }
        else
        {
            await File.WriteAllBytesAsync(part, [], cancellationToken);
        }

        if (check.Trailer is null)
        {
            await using var output = Append(part, ExportLines.IsPacked(path));
            await DownloadAsync(check, output, $"--resume continues {part}", cancellationToken);
        }

        check.Complete();
        File.Move(part, path, overwrite: true);
        return check.Trailer!;
    }

    /// <summary>Writes the export to a stream.</summary>
    /// <exception cref="CommandException">The export broke off or is not right.</exception>
    public async Task<ExportTrailer> ToStreamAsync(Stream output, CancellationToken cancellationToken)
    {
        using var check = _check = new ExportCheck("the export");
        await DownloadAsync(check, output, "the output is not whole", cancellationToken);
        check.Complete();
        return check.Trailer!;
    }

    private async Task DownloadAsync(ExportCheck check, Stream output, string advice, CancellationToken cancellationToken)
    {
        var after = check.LastId;
        var version = after is null ? null : check.Header?.Version;
        await using var export = await search.ExportAsync(collection, after, version, cancellationToken);
        try
        {
            await foreach (var line in ExportLines.ReadAsync(export, cancellationToken))
            {
                check.Add(line);
                await WriteAsync(output, line, cancellationToken);
            }
        }
        catch (Exception failure)
            when (failure is HttpRequestException or HttpIOException or IOException { InnerException: SocketException })
        {
            throw new CommandException($"the connection broke after {check.Documents:N0} documents ({failure.Message}); {advice}", failure);
        }
        finally
        {
            await output.FlushAsync(CancellationToken.None);
        }
    }

    /// <summary>Keeps the whole lines of a part; a packed one that was cut cannot be appended to as it is.</summary>
    private static async Task KeepAsync(string part, bool isPacked, ExportCheck check, CancellationToken cancellationToken)
    {
        var kept = part + ".kept";
        await using (var source = ExportLines.Open(part, isPacked))
        await using (var target = Append(kept, isPacked, FileMode.Create))
        {
            try
            {
                await foreach (var line in ExportLines.ReadAsync(source, cancellationToken))
                {
                    check.Add(line);
                    await WriteAsync(target, line, cancellationToken);
                }
            }
            catch (InvalidDataException)
            {
                // What was packed before the cut has been read.
            }
        }

        File.Move(kept, part, overwrite: true);
        if (check is { LastId: null, Trailer: null })
        {
            check.Restart();
            await File.WriteAllBytesAsync(part, [], cancellationToken);
        }
    }

    private static async Task WriteAsync(Stream output, ReadOnlySequence<byte> line, CancellationToken cancellationToken)
    {
        foreach (var segment in line)
        {
            await output.WriteAsync(segment, cancellationToken);
        }

        await output.WriteAsync("\n"u8.ToArray(), cancellationToken);
    }

    private static Stream Append(string path, bool isPacked, FileMode mode = FileMode.Append)
    {
        var file = new FileStream(path, mode, FileAccess.Write, FileShare.Read, 1 << 16);
        return isPacked ? new GZipStream(file, CompressionLevel.Fastest) : file;
    }
}
