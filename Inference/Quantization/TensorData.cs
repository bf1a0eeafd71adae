using System.Runtime.InteropServices;
using EmbedPlatform.Inference.Onnx;

namespace EmbedPlatform.Inference.Quantization;

/// <summary>Reads the values of stored tensors from the model or its external file, one tensor at a time.</summary>
internal sealed class TensorData(string folder)
{
    /// <exception cref="InvalidDataException">The tensor holds no floats, or the file beside the model is too short.</exception>
    public ReadOnlyMemory<byte> Bytes(OnnxTensor tensor)
    {
        if (tensor.External is not { } external)
        {
            return tensor.Data;
        }

        var length = external.Length ?? tensor.Shape.Aggregate(tensor.Type == OnnxType.Float ? 4L : 1L, (size, axis) => size * axis);
        var bytes = new byte[length];
        using var file = File.OpenHandle(Path.Combine(folder, external.Location));
        return RandomAccess.Read(file, bytes, external.Offset) == length
            ? bytes
            : throw new InvalidDataException($"{external.Location} is too short for {tensor.Name}.");
    }

    /// <summary>The floats of a matrix [rows, columns], optionally transposed.</summary>
    public ReadOnlySpan<float> Matrix(OnnxTensor tensor, bool transposed)
    {
        var source = MemoryMarshal.Cast<byte, float>(Bytes(tensor).Span);
        if (!transposed)
        {
            return source;
        }

        var (rows, columns) = ((int)tensor.Shape[0], (int)tensor.Shape[1]);
        var result = new float[rows * columns];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                result[(column * rows) + row] = source[(row * columns) + column];
            }
        }

        return result;
    }

    /// <summary>The tensor with its bytes in the model.</summary>
    public OnnxTensor Inline(OnnxTensor tensor) => tensor.External is null ? tensor : tensor with { Data = Bytes(tensor), External = null };
}
