namespace EmbedPlatform.Client.Search;

/// <summary>The first line of an export.</summary>
public sealed record ExportHeader
{
    /// <summary>The value of <see cref="Format"/>.</summary>
    public const string FormatName = "embedplatform.collection";

    /// <summary>The version of the format that this client reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Always <see cref="FormatName"/>.</summary>
    public string? Format { get; init; }

    /// <summary>The version of the format.</summary>
    public int FormatVersion { get; init; }

    /// <summary>The name of the exported collection.</summary>
    public string? Name { get; init; }

    /// <summary>The collection's data version; an interrupted export can be resumed while it is the same.</summary>
    public long Version { get; init; }

    /// <summary>The number of documents.</summary>
    public long Documents { get; init; }

    /// <summary>The revision of the model that made the vectors.</summary>
    public string? Revision { get; init; }

    /// <summary>The length of a vector.</summary>
    public int Dimension { get; init; }

    /// <summary>The settings with which an import creates the collection.</summary>
    public CollectionSettings? Settings { get; init; }
}

/// <summary>The last line of an export.</summary>
public sealed record ExportTrailer
{
    /// <summary>Always true.</summary>
    public bool End { get; init; }

    /// <summary>The number of documents.</summary>
    public long Documents { get; init; }

    /// <summary>The number of chunks with their vectors.</summary>
    public long Chunks { get; init; }

    /// <summary>SHA-256 of all lines before this one with their line feeds, in hexadecimal.</summary>
    public string? Sha256 { get; init; }
}

/// <summary>The result of an import.</summary>
/// <param name="Collection">The name of the collection.</param>
/// <param name="Created">Whether the import created it.</param>
/// <param name="Documents">The number of documents read.</param>
/// <param name="Written">The number of new or changed documents.</param>
/// <param name="Unchanged">The number of documents that the collection had already.</param>
/// <param name="Taken">The number of written documents whose vectors were taken over.</param>
/// <param name="Queued">The number of written documents that are being embedded.</param>
/// <param name="Errors">The first 100 refused documents.</param>
/// <param name="ErrorCount">The number of refused documents.</param>
public sealed record ImportResult(
    string Collection,
    bool Created,
    long Documents,
    long Written,
    long Unchanged,
    long Taken,
    long Queued,
    IReadOnlyList<ImportError> Errors,
    long ErrorCount
)
{
    /// <summary>Why no vectors were taken over; absent if they could be.</summary>
    public string? Reason { get; init; }
}

/// <summary>A refused document.</summary>
/// <param name="Line">The number of its line, from 1.</param>
/// <param name="Id">Its id, if it could be read.</param>
/// <param name="Field">The invalid field, if there is one.</param>
/// <param name="Reason">The reason.</param>
public sealed record ImportError(long Line, string? Id, string? Field, string Reason);
