using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace EmbedPlatform.ServiceDefaults.Http;

/// <summary>Splits a body of any length into lines. It reads only as fast as lines are consumed, which slows the sender down.</summary>
public static class NdjsonReader
{
    /// <summary>The default limit of a line in bytes.</summary>
    public const int LongestLine = 64 * 1024 * 1024;

    public static IReadOnlyList<string> ContentTypes { get; } = ["application/x-ndjson", "application/ndjson", "application/jsonl"];

    /// <summary>Skips blank lines, and returns null for a line that is too long. A line is valid until the next one is read.</summary>
    public static async IAsyncEnumerable<ReadOnlySequence<byte>?> ReadAsync(
        PipeReader body,
        [EnumeratorCancellation] CancellationToken cancellationToken,
        int longestLine = LongestLine
    )
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
