using System.Diagnostics;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Ingestion;
using EmbedPlatform.Cli.Platforms;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Bench.Ingest;

/// <summary>Indexes documents and measures throughput, CPU time and memory.</summary>
/// <param name="platform">The platform, which must have no other load meanwhile.</param>
/// <param name="terminal">Where progress goes.</param>
internal sealed class IngestRun(Platform platform, Terminal terminal)
{
    private readonly Uri _embed = platform.EmbedAddress;

    /// <summary>Indexes documents, into new collections, concurrently.</summary>
    /// <param name="corpus">The documents of each collection.</param>
    /// <param name="settings">The collections' settings.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<IngestReport> RunAsync(
        IReadOnlyList<Document>[] corpus,
        CollectionSettings settings,
        CancellationToken cancellationToken
    )
    {
        var names = corpus.Select((_, i) => $"bench-{Guid.NewGuid().ToString("n")[..6]}-{i}").ToArray();
        var model = "";
        foreach (var name in names)
        {
            model = (await platform.Search.CreateCollectionAsync(name, settings, cancellationToken)).Model;
        }

        var indexers = names.Select(name => new Indexer(platform.Search, name, terminal)).ToArray();
        var total = corpus.Sum(documents => (long)documents.Count);
        var recorder = new UsageRecorder(platform.ProcessId is { } root && ProcessTable.IsAvailable ? new ProcessTable(root) : null);
        var before = await ServiceCounters.ReadAsync(_embed, cancellationToken);
        using var recording = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var recorded = recorder.RecordAsync(() => indexers.Sum(indexer => indexer.State.Ready), total, recording.Token);
        var clock = Stopwatch.StartNew();
        var indexed = await IndexingProgress.ShowAsync(
            terminal,
            () => State(indexers, clock.Elapsed),
            total,
            async () =>
            {
                var each = await Task.WhenAll(
                    indexers.Select((indexer, i) => indexer.RunAsync(corpus[i].ToAsyncEnumerable(), wait: true, cancellationToken))
                );
                return new IndexingReport(
                    each.Sum(one => one.Received),
                    each.Sum(one => one.Written),
                    each.Sum(one => one.Unchanged),
                    each.Sum(one => one.Rejected),
                    each.Sum(one => one.Failed),
                    each.Max(one => one.Stored),
                    clock.Elapsed
                )
                {
                    Embedded = each.Max(one => one.Embedded),
                };
            }
        );
        var after = await ServiceCounters.ReadAsync(_embed, cancellationToken);
        var cpu = recorder.Cpu(after.ModelCpu - before.ModelCpu);
        await recording.CancelAsync();
        await recorded;

        terminal.WriteErrorLine("comparing the stored documents with the sent ones");
        var chunks = 0L;
        var problems = new List<string>();
        for (var i = 0; i < names.Length; i++)
        {
            chunks += await CompareAsync(names[i], corpus[i], problems, cancellationToken);
        }

        if (after.Texts < before.Texts)
        {
            terminal.WriteErrorLine("EmbedService restarted meanwhile: its work before the restart is not counted");
            before = new ServiceCounters(TimeSpan.Zero, 0, 0, 0);
        }

        var (run, truncated) = (after.Texts - before.Texts, after.Truncated - before.Truncated);
        if (run > chunks + truncated)
        {
            problems.Add($"the model ran {run} texts for {chunks} chunks and {truncated} texts over its limit: some were embedded twice");
        }

        return new IngestReport(
            model,
            names.Length,
            total,
            chunks,
            after.Tokens - before.Tokens,
            indexed.Embedded!.Value.TotalSeconds,
            indexed.Stored.TotalSeconds,
            recorder.FirstReadySeconds,
            indexed.Elapsed.TotalSeconds,
            cpu,
            recorder.Memory,
            run,
            truncated,
            problems
        );
    }

    private static IndexingState State(Indexer[] indexers, TimeSpan elapsed) =>
        new(indexers.Sum(indexer => indexer.State.Sent), indexers.Sum(indexer => indexer.State.Ready), elapsed);

    /// <summary>Compares every stored document with what was sent.</summary>
    /// <returns>How many chunks the collection has.</returns>
    private async Task<long> CompareAsync(
        string name,
        IReadOnlyList<Document> sent,
        List<string> problems,
        CancellationToken cancellationToken
    )
    {
        var missing = sent.ToDictionary(document => document.Id!, StringComparer.Ordinal);
        var (foreign, changed, waiting) = (0, 0, 0);
        for (string? cursor = null; ;)
        {
            var page = await platform.Search.ListDocumentsAsync(name, 1000, cursor, cancellationToken);
            foreach (var stored in page.Documents)
            {
                if (!missing.Remove(stored.Id, out var document))
                {
                    foreign++;
                    continue;
                }

                changed += stored.Text == document.Text && stored.Title == document.Title ? 0 : 1;
                waiting += stored.State == "embedded" ? 0 : 1;
            }

            if ((cursor = page.Cursor) is null)
            {
                break;
            }
        }

        var stats =
            await platform.Search.GetCollectionStatsAsync(name, cancellationToken)
            ?? throw new CommandException($"the collection {name} no longer exists");
        Note(missing.Count, "documents are missing");
        Note(foreign, "documents are stored twice or were never sent");
        Note(changed, "documents differ from what was sent");
        Note(waiting, "documents are not embedded");
        Note((int)Math.Max(0, sent.Count - missing.Count - stats.Chunks), "fewer chunks than documents");
        return stats.Chunks;

        void Note(int count, string what)
        {
            if (count > 0)
            {
                problems.Add($"{name}: {count} {what}");
            }
        }
    }
}
