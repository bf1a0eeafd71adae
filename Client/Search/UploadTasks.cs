namespace EmbedPlatform.Client.Search;

/// <summary>A bulk upload and the progress of its embedding.</summary>
/// <param name="Id">The task's id.</param>
/// <param name="Collection">The collection.</param>
/// <param name="State">
/// <c>storing</c> while the body is read, <c>embedding</c> while documents wait to be embedded, then <c>completed</c>;
/// <c>cancelled</c> or <c>interrupted</c> if the upload did not finish. In every state, stored documents stay and are embedded.
/// </param>
/// <param name="Received">The number of documents read.</param>
/// <param name="Written">The number of new or changed documents; they are committed.</param>
/// <param name="Unchanged">The number of documents stored before with the same content.</param>
/// <param name="Pending">The number of written documents waiting to be embedded.</param>
/// <param name="Failed">The number of written documents that could not be embedded.</param>
/// <param name="ErrorCount">The number of documents that were not stored.</param>
/// <param name="DocumentsPerSecond">Finished documents per second: embedded or unchanged.</param>
/// <param name="Reason">The reason why the upload did not finish.</param>
/// <param name="CreatedAt">The time when the upload began.</param>
/// <param name="StoredAt">The time when the upload ended.</param>
/// <param name="FinishedAt">The time when all documents were done.</param>
public sealed record UploadTask(
    Guid Id,
    string Collection,
    string State,
    long Received,
    long Written,
    long Unchanged,
    long Pending,
    long Failed,
    long ErrorCount,
    double DocumentsPerSecond,
    string? Reason,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StoredAt,
    DateTimeOffset? FinishedAt
)
{
    /// <summary>
    /// The first 100 documents that were not stored and the first 100 not embedded; only when a single task is requested.
    /// </summary>
    public IReadOnlyList<UploadError>? Errors { get; init; }
}

/// <summary>The reason why a document of an upload was not stored or not embedded.</summary>
/// <param name="Index">The document's position in the upload, from 0; absent if embedding failed.</param>
/// <param name="Id">The document's id, if it could be read.</param>
/// <param name="Field">The invalid field.</param>
/// <param name="Reason">The reason.</param>
public sealed record UploadError(long? Index, string? Id, string? Field, string Reason);

/// <summary>Tasks, latest first.</summary>
/// <param name="Tasks">The tasks.</param>
public sealed record UploadTaskList(IReadOnlyList<UploadTask> Tasks);
