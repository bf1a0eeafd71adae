using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Transfer;

/// <summary>Verifies a file and then imports it.</summary>
/// <param name="search">The platform.</param>
/// <param name="path">The file.</param>
internal sealed class ImportRun(ISearchClient search, string path)
{
    private long _lines;
    private long? _total;

    /// <summary>The number of documents sent.</summary>
    public long Sent => Math.Clamp(Interlocked.Read(ref _lines) - 1, 0, _total ?? 0);

    /// <summary>The number of documents in the file; null until it is verified.</summary>
    public long? Total => _total;

    /// <summary>Imports the file.</summary>
    /// <param name="collection">The collection; null for the one that was exported.</param>
    /// <param name="sha256">The checksum that the file must have; null if it is not known.</param>
    /// <param name="cancellationToken">Cancels the import; committed documents stay.</param>
    /// <exception cref="CommandException">The file is not a whole, unchanged export.</exception>
    public async Task<ImportResult> RunAsync(string? collection, string? sha256, CancellationToken cancellationToken)
    {
        var header = await VerifyAsync(sha256, cancellationToken);
        await using var lines = new CountingStream(ExportLines.Open(path, ExportLines.IsPacked(path)), this);
        return await search.ImportAsync(collection ?? header.Name!, lines, cancellationToken);
    }

    private async Task<ExportHeader> VerifyAsync(string? sha256, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw new CommandException($"there is no file {path}");
        }

        using var check = new ExportCheck(path);
        await using var stream = ExportLines.Open(path, ExportLines.IsPacked(path));
        try
        {
            await foreach (var line in ExportLines.ReadAsync(stream, cancellationToken))
            {
                check.Add(line);
            }
        }
        catch (InvalidDataException damaged)
        {
            throw new CommandException($"{path} is damaged after {check.Documents:N0} documents: {damaged.Message}", damaged);
        }

        check.Complete();
        if (sha256 is not null && sha256 != check.Trailer!.Sha256)
        {
            throw new CommandException($"{path} is not the file of the manifest: its checksum is another");
        }

        _total = check.Documents;
        return check.Header!;
    }

    private sealed class CountingStream(Stream inner, ImportRun run) : Stream
    {
        /// <inheritdoc/>
        public override bool CanRead => true;

        /// <inheritdoc/>
        public override bool CanSeek => false;

        /// <inheritdoc/>
        public override bool CanWrite => false;

        /// <inheritdoc/>
        public override long Length => throw new NotSupportedException();

        /// <inheritdoc/>
        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        /// <inheritdoc/>
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var length = await inner.ReadAsync(buffer, cancellationToken);
            Interlocked.Add(ref run._lines, buffer.Span[..length].Count((byte)'\n'));
            return length;
        }

        /// <inheritdoc/>
        public override int Read(byte[] buffer, int offset, int count)
        {
            var length = inner.Read(buffer, offset, count);
            Interlocked.Add(ref run._lines, buffer.AsSpan(offset, length).Count((byte)'\n'));
            return length;
        }

        /// <inheritdoc/>
        public override void Flush() => throw new NotSupportedException();

        /// <inheritdoc/>
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        /// <inheritdoc/>
        public override void SetLength(long value) => throw new NotSupportedException();

        /// <inheritdoc/>
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        /// <inheritdoc/>
        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
