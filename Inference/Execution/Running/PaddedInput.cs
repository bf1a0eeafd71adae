using System.Buffers;
using System.Numerics;
using EmbedPlatform.Inference.Models;
using Microsoft.ML.OnnxRuntime;

namespace EmbedPlatform.Inference.Execution.Running;

/// <summary>One input tensor [texts, longest] over a pooled buffer, padded on the right.</summary>
internal sealed class PaddedInput : IDisposable
{
    private readonly Action _release;

    private PaddedInput(OrtValue value, Action release) => (Value, _release) = (value, release);

    public OrtValue Value { get; }

    /// <param name="kind">Its kind.</param>
    /// <param name="wide">Whether the graph wants int64 rather than int32.</param>
    /// <param name="batch">The texts, one row each.</param>
    /// <param name="columns">The length of a row.</param>
    /// <param name="padId">The padding id.</param>
    /// <param name="firstPosition">The position of a text's first token.</param>
    public static PaddedInput Create(
        InputKind kind,
        bool wide,
        IReadOnlyList<EncodedText> batch,
        int columns,
        int padId,
        int firstPosition
    ) => wide ? Create<long>(kind, batch, columns, padId, firstPosition) : Create<int>(kind, batch, columns, padId, firstPosition);

    public void Dispose()
    {
        Value.Dispose();
        _release();
    }

    private static PaddedInput Create<T>(InputKind kind, IReadOnlyList<EncodedText> batch, int columns, int padId, int firstPosition)
        where T : unmanaged, INumber<T>
    {
        var size = batch.Count * columns;
        var buffer = ArrayPool<T>.Shared.Rent(size);
        for (var row = 0; row < batch.Count; row++)
        {
            Fill(kind, batch[row], padId, firstPosition, buffer.AsSpan(row * columns, columns));
        }

        var value = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, buffer.AsMemory(0, size), [batch.Count, columns]);
        return new PaddedInput(value, () => ArrayPool<T>.Shared.Return(buffer));
    }

    private static void Fill<T>(InputKind kind, EncodedText text, int padId, int firstPosition, Span<T> row)
        where T : unmanaged, INumber<T>
    {
        if (kind == InputKind.Positions)
        {
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = T.CreateChecked(i < text.Length ? firstPosition + i : 0);
            }

            return;
        }

        row[text.Length..].Fill(kind == InputKind.Ids ? T.CreateChecked(padId) : T.Zero);
        var values = kind switch
        {
            InputKind.Ids => text.Ids,
            InputKind.Types => text.TypeIds,
            _ => null,
        };
        if (values is null)
        {
            row[..text.Length].Fill(kind == InputKind.Mask ? T.One : T.Zero);
            return;
        }

        for (var i = 0; i < values.Length; i++)
        {
            row[i] = T.CreateChecked(values[i]);
        }
    }
}
