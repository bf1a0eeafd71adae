using System.Runtime.InteropServices;
using System.Text.Json;

namespace EmbedPlatform.Inference.Models.Import;

/// <summary>
/// The weights of a TensorFlow.js graph model (model.json and its shards): the shards one after the other hold the tensors one after
/// the other, in the order of the manifest, little endian and row major.
/// </summary>
internal sealed class TfjsWeights
{
    private readonly Dictionary<string, Entry> _entries;
    private readonly byte[] _data;

    private TfjsWeights(Dictionary<string, Entry> entries, byte[] data)
    {
        _entries = entries;
        _data = data;
    }

    /// <exception cref="InvalidDataException">A shard is missing or the sizes do not add up.</exception>
    public static TfjsWeights Load(string modelJson)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(modelJson));
        var folder = Path.GetDirectoryName(Path.GetFullPath(modelJson))!;
        using var data = new MemoryStream();
        var entries = new Dictionary<string, Entry>();
        long offset = 0;
        foreach (var group in document.RootElement.GetProperty("weightsManifest").EnumerateArray())
        {
            foreach (var path in group.GetProperty("paths").EnumerateArray())
            {
                data.Write(File.ReadAllBytes(Path.Combine(folder, Path.GetFileName(path.GetString()!))));
            }

            foreach (var weight in group.GetProperty("weights").EnumerateArray())
            {
                var type = weight.GetProperty("dtype").GetString();
                if (weight.TryGetProperty("quantization", out _) || type is not ("float32" or "int32"))
                {
                    throw new InvalidDataException($"The weights hold {type}; only plain float32 and int32 are imported.");
                }

                var shape = weight.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()).ToArray();
                var count = shape.Aggregate(1L, (product, size) => product * size);
                entries[weight.GetProperty("name").GetString()!] = new Entry(type == "float32", shape, offset, count);
                offset += count * 4;
            }
        }

        return offset == data.Length
            ? new TfjsWeights(entries, data.ToArray())
            : throw new InvalidDataException($"The weights have {data.Length} bytes; the manifest describes {offset}.");
    }

    /// <summary>The numbers of a float tensor whose shape is known.</summary>
    /// <exception cref="InvalidDataException">There is no such tensor, or it has another shape.</exception>
    public float[] Floats(string name, params long[] shape)
    {
        if (!_entries.TryGetValue(name, out var entry) || !entry.IsFloat)
        {
            throw new InvalidDataException($"The weights have no float tensor {name}.");
        }

        return entry.Shape.SequenceEqual(shape)
            ? MemoryMarshal.Cast<byte, float>(_data.AsSpan((int)entry.Offset, (int)entry.Count * 4)).ToArray()
            : throw new InvalidDataException($"{name} has the shape [{string.Join(',', entry.Shape)}], not [{string.Join(',', shape)}].");
    }

    private sealed record Entry(bool IsFloat, long[] Shape, long Offset, long Count);
}
