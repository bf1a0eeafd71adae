using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Documents;

namespace EmbedPlatform.SearchApi.Uploads;

/// <summary>Counts what becomes of an upload's documents. Read at any time, from any thread, while it goes on.</summary>
internal sealed class UpsertCounters
{
    private const int MostErrors = 100;

    private readonly Lock _lock = new();
    private readonly List<DocumentError> _errors = [];
    private long _received;
    private long _written;
    private long _unchanged;
    private long _errorCount;

    /// <summary>How many documents are committed, changed or not.</summary>
    public long Committed => Interlocked.Read(ref _written) + Interlocked.Read(ref _unchanged);

    /// <summary>How many documents were read.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>Counts a document that was read.</summary>
    public void Receive() => Interlocked.Increment(ref _received);

    /// <summary>Notes a document that is not stored.</summary>
    public void Refuse(DocumentError error)
    {
        lock (_lock)
        {
            _errorCount++;
            if (_errors.Count < MostErrors)
            {
                _errors.Add(error);
            }
        }
    }

    /// <summary>Counts a batch that was committed.</summary>
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

    /// <summary>The numbers of now.</summary>
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
