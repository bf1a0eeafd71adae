using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Documents;

namespace EmbedPlatform.SearchApi.Uploads;

/// <summary>Counts the documents of an upload. Thread-safe: progress reports read it while the upload runs.</summary>
internal sealed class UpsertCounters
{
    private const int MaxErrors = 100;

    private readonly Lock _lock = new();
    private readonly List<DocumentError> _errors = [];
    private long _received;
    private long _written;
    private long _unchanged;
    private long _errorCount;

    /// <summary>The number of committed documents, changed or not.</summary>
    public long Committed => Interlocked.Read(ref _written) + Interlocked.Read(ref _unchanged);

    public long Received => Interlocked.Read(ref _received);

    public void Receive() => Interlocked.Increment(ref _received);

    public void Refuse(DocumentError error)
    {
        lock (_lock)
        {
            _errorCount++;
            if (_errors.Count < MaxErrors)
            {
                _errors.Add(error);
            }
        }
    }

    public void Count(List<DocumentInput> batch, BatchOutcome outcome)
    {
        var refused = outcome.Refused.ToDictionary(error => error.Id!, StringComparer.Ordinal);
        foreach (var document in batch)
        {
            if (refused.TryGetValue(document.Id, out var error))
            {
                Refuse(error with { Index = document.Index });
            }
            else if (outcome.Changed.Contains(document.Id))
            {
                Interlocked.Increment(ref _written);
            }
            else
            {
                Interlocked.Increment(ref _unchanged);
            }
        }
    }

    public UpsertResult ToResult()
    {
        lock (_lock)
        {
            return new(
                Received,
                Interlocked.Read(ref _written),
                Interlocked.Read(ref _unchanged),
                [.. _errors.OrderBy(error => error.Index)],
                _errorCount
            );
        }
    }
}
