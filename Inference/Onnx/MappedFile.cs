using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace EmbedPlatform.Inference.Onnx;

/// <summary>A memory-mapped file: reading the graph does not read its weights.</summary>
internal sealed unsafe class MappedFile : MemoryManager<byte>
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly int _length;
    private byte* _pointer;

    /// <exception cref="InvalidDataException">The file is empty or larger than 2 GiB.</exception>
    public MappedFile(string path)
    {
        // FileInfo.Length of a link is the link's own length, and Hugging Face's cache consists of links.
        using var handle = File.OpenHandle(path);
        var length = RandomAccess.GetLength(handle);
        if (length is 0 or > int.MaxValue)
        {
            throw new InvalidDataException($"{Path.GetFileName(path)} has {length} bytes; an ONNX file has between 1 and 2 GiB.");
        }

        _length = (int)length;
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _view = _file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _pointer);
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan() => new(_pointer, _length);

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => new(_pointer + elementIndex);

    /// <inheritdoc/>
    public override void Unpin() { }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_pointer is not null)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _pointer = null;
            _view.Dispose();
            _file.Dispose();
        }
    }
}
