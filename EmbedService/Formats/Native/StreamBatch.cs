using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Embedding.Input;

namespace EmbedPlatform.EmbedService.Formats.Native;

/// <summary>Lines of a stream that are embedded together.</summary>
internal sealed class StreamBatch
{
    private const int MaxLines = 64;
    private const long MaxBytes = 256 * 1024;

    private readonly List<StreamLine> _lines = [];
    private long _bytes;
    private bool? _ids;

    public IReadOnlyList<StreamLine> Lines => _lines;

    public bool IsFull => _lines.Count >= MaxLines || _bytes >= MaxBytes;

    public IEnumerable<StreamLine> ValidLines => _lines.Where(line => line.Input is not null);

    /// <returns>False if the line needs another batch: texts and token ids do not mix.</returns>
    public bool TryAdd(StreamLine line, long bytes)
    {
        var ids = line.Input is null ? _ids : line.Input.Ids is not null;
        if (_ids is { } kind && ids != kind)
        {
            return false;
        }

        _ids = ids;
        _lines.Add(line);
        _bytes += bytes;
        return true;
    }

    public static TextInput InputOf(IReadOnlyList<StreamLine> validLines) =>
        validLines[0].Input!.Texts is null
            ? TextInput.FromIds([.. validLines.Select(line => line.Input!.Ids![0])])
            : TextInput.From([.. validLines.Select(line => line.Input!.Texts![0])]);
}

/// <param name="Lines">Every line of the batch.</param>
/// <param name="Embedded">The embeddings of its valid lines, in order.</param>
internal sealed record StreamBatchResult(IReadOnlyList<StreamLine> Lines, IReadOnlyList<EmbeddedLines> Embedded);

internal sealed record EmbeddedLines(IReadOnlyList<StreamLine> Lines, EmbeddingResult Result);
