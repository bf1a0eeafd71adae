using System.Text.Json;
using EmbedPlatform.SearchApi.Analysis;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace EmbedPlatform.SearchApi.Documents;

/// <summary>
/// After an upgrade of the text analysis, indexes the words of every document again, a few documents per transaction. It resumes where it
/// stopped, because each document stores the version it was indexed with.
/// </summary>
internal sealed class LexicalReindexer(
    CollectionStore collections,
    CollectionTransaction transactions,
    DocumentKeys keys,
    SchemaState schema,
    IOptions<IngestionOptions> options,
    ILogger<LexicalReindexer> log
) : BackgroundService
{
    private const int BatchSize = 50;
    private const int LockClass = 0x6c657869; // "lexi"

    private const string TakeLock = "SELECT pg_try_advisory_xact_lock($1, $2)";

    private const string FindOutdated = """
        SELECT d.id, d.external_id FROM document d JOIN document_lexeme l ON l.document_id = d.id
        WHERE d.collection_id = $1 AND d.id > $2 AND l.analyzer < $3 ORDER BY d.id LIMIT $4
        """;

    private const string Load = "SELECT id, title, text, metadata::text, text_version FROM document WHERE id = ANY($1) ORDER BY id";

    private const string MarkDone = """
        UPDATE collection c SET analyzer = $2 WHERE c.id = $1 AND NOT EXISTS (
            SELECT FROM document d JOIN document_lexeme l ON l.document_id = d.id WHERE d.collection_id = $1 AND l.analyzer < $2)
        """;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(options.Value.PollInterval);
        do
        {
            try
            {
                foreach (var collection in await collections.ListAnalyzedBeforeAsync(TextAnalyzer.Version, stoppingToken))
                {
                    await ReindexAsync(collection, stoppingToken);
                }
            }
            catch (Exception failure)
                when (failure is NpgsqlException or TimeoutException or InvalidOperationException && !stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("Words could not be indexed again: {Reason}", failure.Message);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task ReindexAsync(CollectionRecord collection, CancellationToken cancellationToken)
    {
        if (!Language.All.ContainsKey(collection.Language))
        {
            log.LogWarning(
                "Collection {Name}: \"{Language}\" is not a language of the text analysis; its words are indexed without stems",
                collection.Name,
                collection.Language
            );
        }

        var (last, documents) = (0L, 0);
        while (await ReindexBatchAsync(collection, last, cancellationToken) is { } batch)
        {
            if (batch.Documents == 0)
            {
                log.LogInformation("Collection {Name}: the words of {Documents} documents were indexed again", collection.Name, documents);
                return;
            }

            (last, documents) = (batch.Last, documents + batch.Documents);
        }
    }

    /// <returns>The last document and the number of documents, 0 at the end; null while another replica is at work.</returns>
    private async Task<(long Last, int Documents)?> ReindexBatchAsync(
        CollectionRecord collection,
        long last,
        CancellationToken cancellationToken
    )
    {
        var outdated = new SortedList<long, string>();
        var reindexed = await transactions.RunAsync<bool?>(
            collection.Id,
            async (connection, transaction) =>
            {
                await using var take = connection.Command(TakeLock, LockClass, (int)collection.Id);
                if (await take.ExecuteScalarAsync(cancellationToken) is not true)
                {
                    return null;
                }

                outdated = await FindAsync(connection, collection, last, cancellationToken);
                if (outdated.Count == 0)
                {
                    await connection.ExecuteAsync(MarkDone, cancellationToken, collection.Id, TextAnalyzer.Version);
                    return (true, false);
                }

                var texts = await LockAsync(connection, collection, [.. outdated.Values], cancellationToken);
                await using var batch = new NpgsqlBatch(connection, transaction);
                LexicalIndex.AddReplace(batch, collection, texts);
                await batch.ExecuteNonQueryAsync(cancellationToken);
                return (true, true);
            },
            cancellationToken
        );
        return reindexed is null ? null : (outdated.Count == 0 ? last : outdated.Keys[^1], outdated.Count);
    }

    private static async Task<SortedList<long, string>> FindAsync(
        NpgsqlConnection connection,
        CollectionRecord collection,
        long last,
        CancellationToken cancellationToken
    )
    {
        await using var command = connection.Command(FindOutdated, collection.Id, last, TextAnalyzer.Version, BatchSize);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var outdated = new SortedList<long, string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            outdated.Add(reader.GetInt64(0), reader.GetString(1));
        }

        return outdated;
    }

    private async Task<List<LexicalText>> LockAsync(
        NpgsqlConnection connection,
        CollectionRecord collection,
        string[] documents,
        CancellationToken cancellationToken
    )
    {
        var locked = await keys.LockAsync(connection, collection, documents, cancellationToken);
        await using var command = connection.Command(Load, locked.Values.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var texts = new List<LexicalText>();
        while (await reader.ReadAsync(cancellationToken))
        {
            JsonElement? metadata = reader.GetStringOrNull(3) is { } json ? JsonSerializer.Deserialize<JsonElement>(json) : null;
            var searched = collection.Template.Render(reader.GetStringOrNull(1), reader.GetString(2), metadata);
            texts.Add(new LexicalText(reader.GetInt64(0), reader.GetInt64(4), searched.Head, searched.Body));
        }

        return texts;
    }
}
