using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Failures;
using EmbedPlatform.SearchApi.Ingestion;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.SearchApi.Documents;

/// <summary>Stores a stream of documents in batches: while one is written the next is read, never more.</summary>
internal sealed class DocumentUpsert(DocumentWriter writer, WorkSignal signal, IOptions<IngestionOptions> options)
{
    private const int MostErrors = 100;
    private const int MostCharacters = 4_000_000;

    /// <summary>Stores documents; when it returns, what it counts as written or unchanged is committed.</summary>
    /// <exception cref="UploadInterruptedException">The body or the database broke off; it says how much is committed.</exception>
    public async Task<UpsertResult> StoreAsync(
        CollectionRow collection, IAsyncEnumerable<ParsedDocument> documents, CancellationToken cancellationToken)
    {
        var tally = new Tally();
        var batch = new List<DocumentInput>();
        var characters = 0L;
        var writing = Task.CompletedTask;
        try
        {
            await foreach (var parsed in documents.WithCancellation(cancellationToken))
            {
                tally.Received++;
                if (parsed.Document is not { } document)
                {
                    tally.Refuse(parsed.Error!);
                    continue;
                }

                batch.Add(document);
                characters += document.Text.Length;
                if (batch.Count >= options.Value.UpsertBatch || characters >= MostCharacters)
                {
                    await writing;
                    writing = WriteAsync(collection, batch, tally, cancellationToken);
                    (batch, characters) = ([], 0);
                }
            }

            await writing;
            await WriteAsync(collection, batch, tally, cancellationToken);
            return tally.ToResult();
        }
        catch (Exception failure)
        {
            // A batch on its way is finished or rolled back before the answer is given.
            await writing.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            if (failure is ApiException || cancellationToken.IsCancellationRequested)
            {
                throw;
            }

            throw new UploadInterruptedException(tally.Received, tally.Committed, failure);
        }
    }

    private async Task WriteAsync(CollectionRow collection, List<DocumentInput> batch, Tally tally, CancellationToken cancellationToken)
    {
        if (batch.Count == 0)
        {
            return;
        }

        // Of several with one id the last one counts; the others share its fate.
        var last = new Dictionary<string, DocumentInput>(StringComparer.Ordinal);
        foreach (var document in batch)
        {
            last[document.Id] = document;
        }

        var outcome = await writer.WriteAsync(collection, [.. last.Values], cancellationToken);
        tally.Count(batch, outcome);
        if (outcome.Changed.Count > 0)
        {
            signal.Raise();
        }
    }

    private sealed class Tally
    {
        private readonly Lock _lock = new();
        private readonly List<DocumentError> _errors = [];
        private long _written;
        private long _unchanged;
        private long _errorCount;

        public long Received { get; set; }

        public long Committed => _written + _unchanged;

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
                    _written++;
                }
                else
                {
                    _unchanged++;
                }
            }
        }

        public UpsertResult ToResult() => new(Received, _written, _unchanged, [.. _errors.OrderBy(error => error.Index)], _errorCount);
    }
}
