using System.Text.Json;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Failures;
using EmbedPlatform.SearchApi.Storage;
using EmbedPlatform.ServiceDefaults.Http;
using Npgsql;

namespace EmbedPlatform.SearchApi.Documents;

/// <summary>Changes parts of a document. Its vectors stay unless the searched text changes.</summary>
internal sealed class DocumentPatcher(CollectionTransaction transactions, DocumentKeys keys, EmbeddingWakeUp signal)
{
    private const string Load = "SELECT title, text, metadata::text FROM document WHERE id = $1";

    /// <summary>Merges and commits changes to a document; false if it does not exist.</summary>
    /// <exception cref="ApiException">400: the merged document cannot be stored.</exception>
    public async Task<bool> PatchAsync(CollectionRecord collection, string id, DocumentPatch patch, CancellationToken cancellationToken)
    {
        if (id.Contains('\0'))
        {
            return false;
        }

        Check(collection, patch);
        var patched = await transactions.RunAsync<PatchOutcome>(
            collection.Id,
            (connection, transaction) => PatchInAsync(connection, transaction, collection, id, patch, cancellationToken),
            cancellationToken
        );
        if (patched == PatchOutcome.Changed)
        {
            signal.Raise();
        }

        return patched != PatchOutcome.NotFound;
    }

    private async Task<(PatchOutcome Outcome, bool Changed)?> PatchInAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        CollectionRecord collection,
        string id,
        DocumentPatch patch,
        CancellationToken cancellationToken
    )
    {
        if (await ReadAsync(connection, collection, id, cancellationToken) is not { } stored)
        {
            return null;
        }

        var changed = Merge(stored, patch);
        var parsed = DocumentParser.Check(collection, changed);
        if (parsed.Error is { } error)
        {
            throw ApiException.Invalid(error.Field ?? "body", error.Reason);
        }

        if (changed.Metadata?.Length > DocumentParser.MaxMetadataLength)
        {
            throw ApiException.Invalid("metadata", $"has more than {DocumentParser.MaxMetadataLength} characters after the merge");
        }

        if (IsSame(stored, changed))
        {
            return (PatchOutcome.Same, false);
        }

        try
        {
            await DocumentWriter.WriteInAsync(connection, transaction, collection, [parsed.Document!], null, cancellationToken);
        }
        catch (PostgresException failure) when (DocumentWriter.IsDataFault(failure))
        {
            throw ApiException.Invalid("metadata", $"cannot be stored: {failure.MessageText}");
        }

        return (PatchOutcome.Changed, true);
    }

    private static void Check(CollectionRecord collection, DocumentPatch patch)
    {
        var errors = new FieldErrors();
        Check("title", patch.Title, DocumentParser.MaxTitleLength);
        Check("text", patch.Text, DocumentParser.MaxTextLength);
        if (patch.Metadata is { ValueKind: not JsonValueKind.Null } metadata && DocumentParser.MetadataFault(metadata) is { } fault)
        {
            errors.Add("metadata", fault);
        }

        if (patch.Text is { } text && TextRules.IsBlank(text) && collection.Template.HasText)
        {
            errors.Add("text", "must not be blank");
        }

        if (errors.Any)
        {
            throw ApiException.Invalid(errors);
        }

        void Check(string field, string? value, int maxLength)
        {
            if (value?.Length > maxLength || value?.Contains('\0') == true)
            {
                errors.Add(field, $"must have at most {maxLength} characters and no NUL");
            }
        }
    }

    private async Task<DocumentInput?> ReadAsync(
        NpgsqlConnection connection,
        CollectionRecord collection,
        string id,
        CancellationToken cancellationToken
    )
    {
        var locked = await keys.LockAsync(connection, collection, [id], cancellationToken);
        if (!locked.TryGetValue(id, out var row))
        {
            return null;
        }

        await using var command = connection.Command(Load, row);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new DocumentInput(0, id, reader.GetStringOrNull(0), reader.GetString(1), reader.GetStringOrNull(2))
            : null;
    }

    private static DocumentInput Merge(DocumentInput stored, DocumentPatch patch)
    {
        var title =
            patch.Title is null ? stored.Title
            : TextRules.IsBlank(patch.Title) ? null
            : patch.Title;
        var metadata = patch.Metadata switch
        {
            null => stored.Metadata,
            { ValueKind: JsonValueKind.Null } => null,
            { } changes => MergePatch.Apply(Parse(stored.Metadata), changes),
        };
        return stored with { Title = title, Text = patch.Text ?? stored.Text, Metadata = metadata };
    }

    private static bool IsSame(DocumentInput one, DocumentInput other) =>
        one.Title == other.Title
        && one.Text == other.Text
        && (
            one.Metadata == other.Metadata
            || (Parse(one.Metadata) is { } before && Parse(other.Metadata) is { } after && JsonElement.DeepEquals(before, after))
        );

    private static JsonElement? Parse(string? json) => json is null ? null : JsonSerializer.Deserialize<JsonElement>(json);

    private enum PatchOutcome
    {
        NotFound,
        Same,
        Changed,
    }
}
