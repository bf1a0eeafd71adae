using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace EmbedPlatform.ServiceDefaults.Streams;

/// <summary>Splits a body of any length into lines. It reads on only when the caller asks for more, so slow work slows the sender.</summary>
public static class NdjsonReader
{
    /// <summary>The longest line in bytes, where the caller says nothing else.</summary>
    public const int LongestLine = 64 * 1024 * 1024;

    /// <summary>The content types of such a body.</summary>
    public static IReadOnlyList<string> ContentTypes { get; } = ["application/x-ndjson", "application/ndjson", "application/jsonl"];

    /// <summary>The lines that are not blank; null for one that is too long. A line is valid until the next is asked for.</summary>
    /// <param name="body">The body.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <param name="longestLine">The longest line in bytes.</param>
    public static async IAsyncEnumerable<ReadOnlySequence<byte>?> ReadAsync(
        PipeReader body, [EnumeratorCancellation] CancellationToken cancellationToken, int longestLine = LongestLine)
    {
        ArgumentNullException.ThrowIfNull(body);
        long scanned = 0;
        var skipping = false;
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            while (buffer.Slice(scanned).PositionOf((byte)'\n') is { } end)
            {
                var line = buffer.Slice(0, end);
                if (skipping || line.Length > longestLine)
                {
                    yield return null;
                }
                else if (!IsBlank(line))
                {
                    yield return line;
                }

                (scanned, skipping) = (0, false);
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            if (read.IsCompleted)
            {
                if (skipping || buffer.Length > longestLine)
                {
                    yield return null;
                }
                else if (!IsBlank(buffer))
                {
                    yield return buffer;
                }

                body.AdvanceTo(buffer.End);
                yield break;
            }

            if (skipping || buffer.Length > longestLine)
            {
                (scanned, skipping) = (0, true);
                body.AdvanceTo(buffer.End);
                continue;
            }

            scanned = buffer.Length;
            body.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private static bool IsBlank(ReadOnlySequence<byte> line)
    {
        foreach (var segment in line)
        {
            if (segment.Span.ContainsAnyExcept(" \t\r"u8))
            {
                return false;
            }
        }

        return true;
    }
}
