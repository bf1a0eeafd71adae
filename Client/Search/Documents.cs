using System.Text.Json;

namespace EmbedPlatform.Client.Search;

/// <summary>A document to store. A document with the same id is replaced; one with the same content changes nothing.</summary>
public sealed record Document
{
    /// <summary>The caller's own id, unique in the collection, at most 512 characters.</summary>
    public string? Id { get; init; }

    /// <summary>An optional title; searched together with the text.</summary>
    public string? Title { get; init; }

    /// <summary>The text.</summary>
    public string? Text { get; init; }

    /// <summary>An optional JSON object that comes back with every result.</summary>
    public JsonElement? Metadata { get; init; }
}

/// <summary>Documents to store in one request.</summary>
/// <param name="Documents">The documents.</param>
public sealed record UpsertRequest(IReadOnlyList<Document>? Documents);

/// <summary>What a bulk upsert did. What it counts as written or unchanged is committed.</summary>
/// <param name="Received">How many documents the body held.</param>
/// <param name="Written">How many were new or changed.</param>
/// <param name="Unchanged">How many were there already with the same content.</param>
/// <param name="Errors">Documents that were not stored, the first 100.</param>
/// <param name="ErrorCount">How many documents were not stored.</param>
public sealed record UpsertResult(long Received, long Written, long Unchanged, IReadOnlyList<DocumentError> Errors, long ErrorCount)
{
    /// <summary>The task that tells how much of it is embedded.</summary>
    public Guid? Task { get; init; }
}

/// <summary>Why a document was not stored.</summary>
/// <param name="Index">Its position in the body, from 0.</param>
/// <param name="Id">Its id where it could be read.</param>
/// <param name="Field">The field that is wrong.</param>
/// <param name="Reason">What is wrong with it.</param>
public sealed record DocumentError(long Index, string? Id, string? Field, string Reason);

/// <summary>Changes of one document; what is not given stays.</summary>
public sealed record DocumentPatch
{
    /// <summary>A new title; an empty one takes the title away.</summary>
    public string? Title { get; init; }

    /// <summary>A new text.</summary>
    public string? Text { get; init; }

    /// <summary>Merged into the metadata as RFC 7396 says: a value replaces, a null inside removes, an object is merged in turn.</summary>
    public JsonElement? Metadata { get; init; }
}

/// <summary>Documents to delete: either by their ids or by a filter.</summary>
public sealed record DeleteRequest
{
    /// <summary>The ids, at most 10,000.</summary>
    public IReadOnlyList<string>? Ids { get; init; }

    /// <summary>A condition on their metadata, as in a search.</summary>
    public SearchFilter? Filter { get; init; }
}

/// <summary>What was deleted.</summary>
/// <param name="Deleted">How many documents.</param>
public sealed record DeleteResult(long Deleted);

/// <summary>A page of documents in the order in which they first came, those of one batch by their ids.</summary>
/// <param name="Documents">The documents.</param>
/// <param name="Cursor">Where the next page begins; absent on the last.</param>
public sealed record DocumentPage(IReadOnlyList<StoredDocument> Documents, string? Cursor);

/// <summary>A stored document.</summary>
/// <param name="Id">The caller's id.</param>
/// <param name="Title">The title.</param>
/// <param name="Text">The text.</param>
/// <param name="Metadata">The metadata object.</param>
/// <param name="UpdatedAt">When it was last written.</param>
/// <param name="State"><c>embedded</c>, <c>pending</c> or <c>failed</c>.</param>
public sealed record StoredDocument(string Id, string? Title, string Text, JsonElement? Metadata, DateTimeOffset UpdatedAt, string State);
