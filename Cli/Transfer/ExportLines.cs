using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace EmbedPlatform.Cli.Transfer;

/// <summary>Reads exports line by line.</summary>
internal static class ExportLines
{
    /// <summary>Opens an export on disk, unpacked if its name ends in .gz.</summary>
    /// <param name="path">The path.</param>
    /// <param name="isPacked">Whether it is packed.</param>
    public static Stream Open(string path, bool isPacked)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous);
        return isPacked ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    /// <summary>Whether a file of this name is packed.</summary>
    public static bool IsPacked(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);

    /// <summary>The lines without their line feeds, each valid until the next one is read; a last line without one is left out.</summary>
    /// <param name="stream">The lines, left open.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="IOException">The stream broke off.</exception>
    public static async IAsyncEnumerable<ReadOnlySequence<byte>> ReadAsync(
        Stream stream,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 1 << 16, leaveOpen: true));
        try
        {
            long scanned = 0;
            while (true)
            {
                var read = await reader.ReadAsync(cancellationToken);
                var buffer = read.Buffer;
                while (buffer.Slice(scanned).PositionOf((byte)'\n') is { } end)
                {
                    yield return buffer.Slice(0, end);
                    buffer = buffer.Slice(buffer.GetPosition(1, end));
                    scanned = 0;
                }

                if (read.IsCompleted)
                {
                    yield break;
                }

                scanned = buffer.Length;
                reader.AdvanceTo(buffer.Start, buffer.End);
            }
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }
}
