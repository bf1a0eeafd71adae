namespace EmbedPlatform.Inference.Onnx;

/// <summary>
/// Writes weights into a file beside the model as they come, so that a model larger than protobuf's 2 GiB can be written without holding it
/// in memory (github.com/onnx/onnx, docs/ExternalData.md).
/// </summary>
public sealed class ExternalDataWriter : IDisposable
{
    /// <summary>Tensors begin on pages, so that the file can be mapped.</summary>
    private const int Alignment = 4096;

    /// <summary>Smaller tensors stay in the model, where shapes can be read from them.</summary>
    private const int Smallest = 1024;

    private readonly FileStream _stream;
    private readonly string _location;

    /// <param name="path">The file, in the model's folder; an existing one is replaced.</param>
    public ExternalDataWriter(string path) => (_stream, _location) = (File.Create(path), Path.GetFileName(path));

    /// <summary>Writes a tensor's bytes to the file.</summary>
    /// <returns>The tensor with the location of its bytes; the same tensor if it is small.</returns>
    public OnnxTensor Store(OnnxTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.Data.Length < Smallest)
        {
            return tensor;
        }

        _stream.Position = (_stream.Position + Alignment - 1) / Alignment * Alignment;
        var offset = _stream.Position;
        _stream.Write(tensor.Data.Span);
        return tensor with { Data = default, External = new ExternalData(_location, offset, tensor.Data.Length) };
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();
}
