namespace EmbedPlatform.Client.Search;

/// <summary>A bulk upload: what it stored and how much of it is embedded.</summary>
/// <param name="Id">The task's id.</param>
/// <param name="Collection">The collection.</param>
/// <param name="State">
/// <c>storing</c> while the upload goes on, <c>embedding</c> while documents of it wait, then <c>completed</c>; <c>cancelled</c> or
/// <c>interrupted</c> where the upload did not come to its end. What was stored stays and is embedded in every state.
/// </param>
/// <param name="Received">How many documents were read.</param>
/// <param name="Written">How many were new or changed; they are committed.</param>
/// <param name="Unchanged">How many were there already with the same content.</param>
/// <param name="Pending">How many of the written ones wait to be embedded.</param>
/// <param name="Failed">How many of the written ones were set aside.</param>
/// <param name="ErrorCount">How many documents were not stored.</param>
/// <param name="DocumentsPerSecond">Documents done, stored and embedded or unchanged, a second.</param>
/// <param name="Reason">Why the upload did not come to its end.</param>
/// <param name="CreatedAt">When it began.</param>
/// <param name="StoredAt">When the upload ended.</param>
/// <param name="FinishedAt">When everything was done.</param>
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
    /// <summary>Documents that were not stored or not embedded, the first 100 of each; only where one task is asked for.</summary>
    public IReadOnlyList<UploadError>? Errors { get; init; }
}

/// <summary>Why a document of an upload was not stored, or not embedded.</summary>
/// <param name="Index">Its position in the upload, from 0; absent where embedding failed.</param>
/// <param name="Id">Its id where it could be read.</param>
/// <param name="Field">The field that is wrong.</param>
/// <param name="Reason">What is wrong.</param>
public sealed record UploadError(long? Index, string? Id, string? Field, string Reason);

/// <summary>Tasks, the latest first.</summary>
/// <param name="Tasks">The tasks.</param>
public sealed record UploadTaskList(IReadOnlyList<UploadTask> Tasks);
