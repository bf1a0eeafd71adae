using System.Text.Json;

namespace EmbedPlatform.Client.Search;

/// <summary>A document to store. It replaces the document with the same id; an identical document changes nothing.</summary>
public sealed record Document
{
    /// <summary>The caller's id, unique in the collection, at most 512 characters.</summary>
    public string? Id { get; init; }

    /// <summary>An optional title, searched together with the text.</summary>
    public string? Title { get; init; }

    /// <summary>The text.</summary>
    public string? Text { get; init; }

    /// <summary>An optional JSON object, returned with every hit.</summary>
    public JsonElement? Metadata { get; init; }
}

/// <summary>Documents to store in one request.</summary>
/// <param name="Documents">The documents.</param>
public sealed record UpsertRequest(IReadOnlyList<Document>? Documents);

/// <summary>The result of a bulk upsert. Documents counted as written or unchanged are committed.</summary>
/// <param name="Received">The number of documents in the body.</param>
/// <param name="Written">The number of new or changed documents.</param>
/// <param name="Unchanged">The number of documents stored before with the same content.</param>
/// <param name="Errors">The first 100 documents that were not stored.</param>
/// <param name="ErrorCount">The number of documents that were not stored.</param>
public sealed record UpsertResult(long Received, long Written, long Unchanged, IReadOnlyList<DocumentError> Errors, long ErrorCount)
{
    /// <summary>The id of the task that reports the progress of embedding.</summary>
    public Guid? Task { get; init; }
}

/// <summary>The reason why a document was not stored.</summary>
/// <param name="Index">The document's position in the body, from 0.</param>
/// <param name="Id">The document's id, if it could be read.</param>
/// <param name="Field">The invalid field.</param>
/// <param name="Reason">The reason.</param>
public sealed record DocumentError(long Index, string? Id, string? Field, string Reason);

/// <summary>Changes to one document; absent fields stay as they are.</summary>
public sealed record DocumentPatch
{
    /// <summary>A new title; an empty string removes the title.</summary>
    public string? Title { get; init; }

    /// <summary>A new text.</summary>
    public string? Text { get; init; }

    /// <summary>A JSON Merge Patch (RFC 7396) of the metadata: values replace, nulls remove, objects are merged recursively.</summary>
    public JsonElement? Metadata { get; init; }
}

/// <summary>Documents to delete, either by id or by filter.</summary>
public sealed record DeleteRequest
{
    /// <summary>The ids, at most 10,000.</summary>
    public IReadOnlyList<string>? Ids { get; init; }

    /// <summary>A filter on their metadata, as in a search.</summary>
    public SearchFilter? Filter { get; init; }
}

/// <summary>The result of a deletion.</summary>
/// <param name="Deleted">The number of deleted documents.</param>
public sealed record DeleteResult(long Deleted);

/// <summary>A page of documents in the order of their first upload; documents of one batch are ordered by id.</summary>
/// <param name="Documents">The documents.</param>
/// <param name="Cursor">The cursor of the next page; absent on the last page.</param>
public sealed record DocumentPage(IReadOnlyList<StoredDocument> Documents, string? Cursor);

/// <summary>A stored document.</summary>
/// <param name="Id">The caller's id.</param>
/// <param name="Title">The title.</param>
/// <param name="Text">The text.</param>
/// <param name="Metadata">The metadata object.</param>
/// <param name="UpdatedAt">The time of the last write.</param>
/// <param name="State"><c>embedded</c>, <c>pending</c> or <c>failed</c>.</param>
public sealed record StoredDocument(string Id, string? Title, string Text, JsonElement? Metadata, DateTimeOffset UpdatedAt, string State);
