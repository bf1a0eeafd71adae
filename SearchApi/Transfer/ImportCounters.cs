using EmbedPlatform.Client.Search;

namespace EmbedPlatform.SearchApi.Transfer;

/// <summary>Counts the documents of an import.</summary>
internal sealed class ImportCounters
{
    private const int MaxErrors = 100;

    private readonly Lock _lock = new();
    private readonly List<ImportError> _errors = [];
    private long _errorCount;
    private long _written;
    private long _unchanged;
    private long _taken;
    private long _queued;

    public long Received { get; set; }

    /// <summary>The number of committed documents, changed or not.</summary>
    public long Committed
    {
        get
        {
            lock (_lock)
            {
                return _written + _unchanged;
            }
        }
    }

    public void Refuse(ImportError error)
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

    /// <param name="repeated">The number of documents that a later one of the same batch with the same id replaced.</param>
    public void Count(ImportOutcome outcome, long repeated)
    {
        lock (_lock)
        {
            _written += outcome.Written;
            _unchanged += outcome.Unchanged + repeated;
            _taken += outcome.Taken;
            _queued += outcome.Queued;
        }

        foreach (var error in outcome.Refused)
        {
            Refuse(error);
        }
    }

    public ImportResult ToResult(string collection, bool created)
    {
        lock (_lock)
        {
            return new ImportResult(
                collection,
                created,
                Received,
                _written,
                _unchanged,
                _taken,
                _queued,
                [.. _errors.OrderBy(error => error.Line)],
                _errorCount
            );
        }
    }
}
