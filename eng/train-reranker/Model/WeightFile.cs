using System.Runtime.InteropServices;
using System.Text;
using static TorchSharp.torch;

namespace EmbedPlatform.TrainReranker.Model;

/// <summary>Weights in a file of their own: name, shape, floats.</summary>
internal static class WeightFile
{
    public static void Write(string path, CrossEncoder encoder)
    {
        using var writer = new BinaryWriter(File.Create(path + ".part"), Encoding.UTF8);
        writer.Write(encoder.Apart);
        writer.Write(encoder.Weights.Count);
        foreach (var (name, weight) in encoder.Weights)
        {
            writer.Write(name);
            writer.Write(weight.shape.Length);
            foreach (var size in weight.shape)
            {
                writer.Write(size);
            }

            using var plain = weight.detach().to(float32).contiguous();
            writer.Write(MemoryMarshal.AsBytes(plain.data<float>().ToArray().AsSpan()));
        }

        writer.Dispose();
        File.Move(path + ".part", path, overwrite: true);
    }

    public static (int Apart, Dictionary<string, Weight> Weights) Read(string path)
    {
        using var reader = new BinaryReader(File.OpenRead(path), Encoding.UTF8);
        var apart = reader.ReadInt32();
        var weights = new Dictionary<string, Weight>();
        for (var count = reader.ReadInt32(); count > 0; count--)
        {
            var name = reader.ReadString();
            var shape = new long[reader.ReadInt32()];
            for (var axis = 0; axis < shape.Length; axis++)
            {
                shape[axis] = reader.ReadInt64();
            }

            var values = new float[shape.Aggregate(1L, (product, size) => product * size)];
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
            weights[name] = new Weight(values, shape);
        }

        return (apart, weights);
    }
}
