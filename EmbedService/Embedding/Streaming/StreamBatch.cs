using EmbedPlatform.EmbedService.Embedding.Input;

namespace EmbedPlatform.EmbedService.Embedding.Streaming;

/// <summary>Lines of a stream that are embedded together.</summary>
internal sealed class StreamBatch
{
    private const int MostLines = 64;
    private const long MostBytes = 256 * 1024;

    private readonly List<StreamEntry> _entries = [];
    private long _bytes;
    private bool? _ids;

    public IReadOnlyList<StreamEntry> Entries => _entries;

    public bool IsFull => _entries.Count >= MostLines || _bytes >= MostBytes;

    /// <summary>The lines that can be embedded, in order.</summary>
    public IEnumerable<StreamEntry> Valid => _entries.Where(entry => entry.Input is not null);

    /// <returns>False where the line belongs to another batch: texts and token ids do not mix.</returns>
    public bool TryAdd(StreamEntry entry, long bytes)
    {
        var ids = entry.Input is null ? _ids : entry.Input.Ids is not null;
        if (_ids is { } kind && ids != kind)
        {
            return false;
        }

        _ids = ids;
        _entries.Add(entry);
        _bytes += bytes;
        return true;
    }

    /// <summary>The texts of lines that can be embedded.</summary>
    public static TextInput InputOf(IReadOnlyList<StreamEntry> valid) => valid[0].Input!.Texts is null
        ? TextInput.OfIds([.. valid.Select(entry => entry.Input!.Ids![0])])
        : TextInput.Of([.. valid.Select(entry => entry.Input!.Texts![0])]);
}
