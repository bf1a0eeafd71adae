using EmbedPlatform.Inference.Onnx;
using EmbedPlatform.Inference.Tests.Models;
using EmbedPlatform.InferenceTestKit;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Onnx;

public sealed class ExternalDataTests
{
    [Theory]
    [InlineData("../secret")]
    [InlineData("/etc/passwd")]
    [InlineData("weights/../../secret")]
    [InlineData("..\\secret")]
    [InlineData("./weights")]
    public void Weights_outside_the_folder_are_refused(string location)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["model.onnx"], TinyModel.Onnx(external: location));
        var problem = Assert.Throws<InvalidDataException>(() => OnnxReader.ReadSignature(folder["model.onnx"]));
        Assert.Contains(location, problem.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => OnnxReader.Read(folder["model.onnx"]));
    }

    [Fact]
    public void Weights_beside_the_model_are_named_whether_they_are_there_or_not()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["model.onnx"], TinyModel.Onnx(external: "sub/weights.bin"));
        Assert.Equal(["sub/weights.bin"], OnnxReader.ReadSignature(folder["model.onnx"]).ExternalFiles);
    }

    [Fact]
    public void A_link_among_the_weights_is_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["model.onnx"], TinyModel.Onnx(external: "sub/weights.bin"));
        Directory.CreateSymbolicLink(folder["sub"], Path.GetTempPath());
        Assert.Throws<InvalidDataException>(() => OnnxReader.ReadSignature(folder["model.onnx"]));
    }

    [Fact]
    public void Weights_named_inside_the_branch_of_a_condition_are_refused_too()
    {
        using var folder = new TemporaryFolder();
        var inner = TinyModel.Onnx(external: "../secret");
        File.WriteAllBytes(folder["model.onnx"], Message(7, Message(1, Message(5, Message(6, GraphOf(inner))))));
        Assert.Throws<InvalidDataException>(() => OnnxReader.ReadSignature(folder["model.onnx"]));
    }

    /// <summary>The graph (field 7) of a model.</summary>
    private static byte[] GraphOf(byte[] model)
    {
        for (var reader = new ProtoReader(model); reader.Next();)
        {
            if (reader.Field == 7)
            {
                return reader.Bytes().ToArray();
            }

            reader.Skip();
        }

        throw new InvalidOperationException("The model has no graph.");
    }

    private static byte[] Message(int field, byte[] content)
    {
        var bytes = new List<byte> { (byte)((field << 3) | 2) };
        for (var rest = (uint)content.Length; ; rest >>= 7)
        {
            bytes.Add((byte)(rest < 128 ? rest : (rest & 127) | 128));
            if (rest < 128)
            {
                return [.. bytes, .. content];
            }
        }
    }
}
