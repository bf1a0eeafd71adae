using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Transfer;

/// <summary>Checks the lines of an export as they pass: header, number of documents, checksum.</summary>
/// <param name="source">The source of the lines, for messages.</param>
internal sealed class ExportCheck(string source) : IDisposable
{
    private static readonly byte[] TrailerStart = "{\"end\":"u8.ToArray();

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] _last = [];
    private long _documents;

    /// <summary>The header; null before the first line.</summary>
    public ExportHeader? Header { get; private set; }

    /// <summary>The trailer; null before the last line.</summary>
    public ExportTrailer? Trailer { get; private set; }

    /// <summary>The number of documents so far.</summary>
    public long Documents => Interlocked.Read(ref _documents);

    /// <summary>The id of the last document; null if there is none.</summary>
    public string? LastId
    {
        get
        {
            if (_last.Length == 0)
            {
                return null;
            }

            using var json = JsonDocument.Parse(_last);
            return json.RootElement.GetProperty("id").GetString();
        }
    }

    /// <summary>Takes the next line, without its line feed.</summary>
    /// <exception cref="CommandException">It cannot be there.</exception>
    public void Add(ReadOnlySequence<byte> line)
    {
        if (Trailer is not null)
        {
            throw new CommandException($"{source} has lines after its trailer");
        }

        if (Header is null)
        {
            Header = ReadHeader(line);
        }
        else if (StartsTrailer(line))
        {
            Trailer = Read<ExportTrailer>(line) ?? throw new CommandException($"{source} has a trailer that cannot be read");
            return;
        }
        else
        {
            Interlocked.Increment(ref _documents);
            _last = line.ToArray();
        }

        foreach (var segment in line)
        {
            _hash.AppendData(segment.Span);
        }

        _hash.AppendData("\n"u8);
    }

    /// <summary>Checks that the export is whole and unchanged.</summary>
    /// <exception cref="CommandException">It is not.</exception>
    public void Complete()
    {
        if (Header is null)
        {
            throw new CommandException($"{source} is empty");
        }

        if (Trailer is null)
        {
            throw new CommandException(
                $"{source} ends after {Documents:N0} of {Header.Documents:N0} documents without a trailer: it was cut"
            );
        }

        if (Trailer.Documents != Documents)
        {
            throw new CommandException($"{source} has {Documents:N0} documents, and its trailer counts {Trailer.Documents:N0}");
        }

        if (!string.Equals(Trailer.Sha256, Convert.ToHexString(_hash.GetCurrentHash()), StringComparison.OrdinalIgnoreCase))
        {
            throw new CommandException($"{source} was changed: its checksum is not that of its trailer");
        }
    }

    /// <summary>Forgets a header without documents: nothing can be continued after it.</summary>
    public void Restart()
    {
        Header = null;
        _hash.GetHashAndReset();
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private static bool StartsTrailer(ReadOnlySequence<byte> line)
    {
        if (line.Length < TrailerStart.Length)
        {
            return false;
        }

        Span<byte> start = stackalloc byte[TrailerStart.Length];
        line.Slice(0, TrailerStart.Length).CopyTo(start);
        return start.SequenceEqual(TrailerStart);
    }

    private static T? Read<T>(ReadOnlySequence<byte> line)
        where T : class
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            return JsonSerializer.Deserialize<T>(ref reader, CliJson.Line);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private ExportHeader ReadHeader(ReadOnlySequence<byte> line) =>
        Read<ExportHeader>(line) switch
        {
            { Format: ExportHeader.FormatName, FormatVersion: ExportHeader.CurrentVersion } header => header,
            { Format: ExportHeader.FormatName, FormatVersion: var other } => throw new CommandException(
                $"{source} has version {other} of the format; this program reads version {ExportHeader.CurrentVersion}"
            ),
            _ => throw new CommandException($"{source} is not an export"),
        };
}
