using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text.Json;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Failures;
using EmbedPlatform.SearchApi.Ingestion;
using EmbedPlatform.SearchApi.Storage;
using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.Extensions.Options;
using Npgsql;

namespace EmbedPlatform.SearchApi.Transfer;

/// <summary>
/// Imports an export: batches are committed as they arrive, and checksum and count are verified at the end. Vectors are taken over if the
/// collection has the model and the chunking of the export.
/// </summary>
internal sealed class CollectionImporter(
    NpgsqlDataSource database,
    CollectionService collections,
    ImportWriter writer,
    EmbeddingWakeUp signal,
    IOptions<IngestionOptions> options
)
{
    private const long MaxBytes = 16_000_000;

    /// <exception cref="ApiException">
    /// 400: the header is invalid; 409: the name is an alias or has other settings; 422: the body is not a whole, unchanged export.
    /// </exception>
    /// <exception cref="UploadInterruptedException">The body or the database failed.</exception>
    public async Task<ImportResult> ImportAsync(string name, PipeReader body, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var counters = new ImportCounters();
        Target? target = null;
        ExportTrailer? trailer = null;
        var number = 0L;
        var sum = string.Empty;
        var batch = new Batch();
        var writing = Task.CompletedTask;
        try
        {
            await foreach (var line in NdjsonReader.ReadAsync(body, cancellationToken, TransferFormat.LongestLine))
            {
                number++;
                if (trailer is not null)
                {
                    throw Broken($"Line {number} follows the trailer", counters);
                }

                if (target is null)
                {
                    target = await OpenAsync(name, ReadHeader(line), cancellationToken);
                    Append(hash, line!.Value);
                    continue;
                }

                var parsed = line is { } json
                    ? ImportLine.Parse(target.Collection, number, json, target.Difference is null)
                    : ImportLine.Fault(number, null, null, $"The line has more than {TransferFormat.LongestLine} bytes.");
                if (parsed.Trailer is not null)
                {
                    (trailer, sum) = (parsed.Trailer, Convert.ToHexStringLower(hash.GetCurrentHash()));
                    continue;
                }

                counters.Received++;
                Append(hash, line ?? default);
                if (parsed.Document is not { } document)
                {
                    counters.Refuse(parsed.Error!);
                    continue;
                }

                batch.Add(document, line!.Value.Length);
                if (batch.Documents.Count >= options.Value.UpsertBatch || batch.Bytes >= MaxBytes)
                {
                    await writing;
                    writing = WriteAsync(target.Collection, batch, counters);
                    batch = new Batch();
                }
            }

            await writing;
            if (target is not null)
            {
                await WriteAsync(target.Collection, batch, counters);
            }
        }
        catch (Exception failure)
        {
            // The current batch is committed or rolled back before the response reports its counts.
            await writing.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            if (failure is ApiException || cancellationToken.IsCancellationRequested || target is null)
            {
                throw;
            }

            throw new UploadInterruptedException(counters.Received, counters.Committed, failure);
        }
        finally
        {
            if (target?.Load is { } load)
            {
                await load.DisposeAsync();
            }
        }

        if (target is null)
        {
            throw ApiException.Invalid("body", "is empty; it must be an export");
        }

        Verify(trailer, sum, number, counters);
        return counters.ToResult(target.Collection.Name, target.Created) with { Reason = target.Difference };
    }

    private static void Verify(ExportTrailer? trailer, string sum, long lines, ImportCounters counters)
    {
        if (trailer is null)
        {
            throw Broken($"The export ends after line {lines} without a trailer: it was cut", counters);
        }

        if (trailer.Documents != counters.Received)
        {
            throw Broken($"The trailer counts {trailer.Documents} documents, and the export has {counters.Received}", counters);
        }

        if (!string.Equals(trailer.Sha256, sum, StringComparison.OrdinalIgnoreCase))
        {
            throw Broken("The checksum in the trailer is not that of the lines: the export was changed", counters);
        }
    }

    private static ApiException Broken(string fault, ImportCounters counters) =>
        new(
            StatusCodes.Status422UnprocessableEntity,
            "The export is not whole.",
            $"{fault}. {counters.Committed} of the {counters.Received} documents read are committed and stay. "
                + "Importing the whole export again is safe."
        );

    private static void Append(IncrementalHash hash, ReadOnlySequence<byte> line)
    {
        foreach (var segment in line)
        {
            hash.AppendData(segment.Span);
        }

        hash.AppendData("\n"u8);
    }

    private static ExportHeader ReadHeader(ReadOnlySequence<byte>? line)
    {
        ExportHeader? header = null;
        try
        {
            var reader = new Utf8JsonReader(line ?? default);
            header = JsonSerializer.Deserialize<ExportHeader>(ref reader, TransferFormat.Json);
        }
        catch (JsonException)
        {
            // The check below names the fault.
        }

        var errors = new FieldErrors();
        if (header?.Format != ExportHeader.FormatName)
        {
            throw ApiException.Invalid("format", $"The first line must be the header of an export, with \"{ExportHeader.FormatName}\".");
        }

        if (header.FormatVersion != ExportHeader.CurrentVersion)
        {
            errors.Add("format_version", $"must be {ExportHeader.CurrentVersion}; another version of the service wrote this export");
        }

        if (header.Settings is null)
        {
            errors.Add("settings", "must be the settings of the exported collection");
        }

        return errors.Any ? throw ApiException.Invalid(errors) : header;
    }

    private async Task<Target> OpenAsync(string name, ExportHeader header, CancellationToken cancellationToken)
    {
        var created = await collections.FindAsync(name, cancellationToken) is null;
        if (created)
        {
            await collections.PutAsync(name, header.Settings!, cancellationToken);
        }

        var collection = await collections.RequireAsync(name, cancellationToken);
        return TransferFormat.Difference(header, collection) is { } difference
            ? new Target(collection, created, difference, null)
            : new Target(collection, created, null, await VectorLoad.BeginAsync(database, collection.Space, cancellationToken));
    }

    private async Task WriteAsync(CollectionRecord collection, Batch batch, ImportCounters counters)
    {
        if (batch.Documents.Count == 0)
        {
            return;
        }

        var outcome = await writer.WriteAsync(collection, [.. batch.Documents.Values], CancellationToken.None);
        counters.Count(outcome, batch.Repeated);
        if (outcome.Queued > 0)
        {
            signal.Raise();
        }
    }

    /// <param name="Difference">Why vectors are not taken over; null if they are.</param>
    private sealed record Target(CollectionRecord Collection, bool Created, string? Difference, VectorLoad? Load);

    private sealed class Batch
    {
        // Of several documents with one id the last one wins.
        public OrderedDictionary<string, ImportedDocument> Documents { get; } = new(StringComparer.Ordinal);

        public long Bytes { get; private set; }

        public long Repeated { get; private set; }

        public void Add(ImportedDocument document, long bytes)
        {
            Repeated += Documents.ContainsKey(document.Document.Id) ? 1 : 0;
            Documents[document.Document.Id] = document;
            Bytes += bytes;
        }
    }
}
