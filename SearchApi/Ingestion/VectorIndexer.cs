using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace EmbedPlatform.SearchApi.Ingestion;

/// <summary>Periodically builds the vector indexes that are due.</summary>
internal sealed class VectorIndexer(VectorIndex index, SchemaState schema, IOptions<IngestionOptions> options, ILogger<VectorIndexer> log)
    : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(options.Value.PollInterval);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                while (await index.BuildDueAsync(stoppingToken)) { }
            }
            catch (Exception failure)
                when (failure is NpgsqlException or TimeoutException or InvalidOperationException && !stoppingToken.IsCancellationRequested)
            {
                // Searches are correct without the index, only slower.
                log.LogWarning("Vectors could not be indexed: {Reason}", failure.Message);
            }
        }
    }
}
