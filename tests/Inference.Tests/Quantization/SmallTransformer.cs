using EmbedPlatform.Inference.Models.Synthetic;
using EmbedPlatform.Inference.Tests.Models;
using EmbedPlatform.TestKit;

namespace EmbedPlatform.Inference.Tests.Quantization;

/// <summary>Encoders of two thin layers with random weights, written the way PyTorch exports large ones, and texts for them.</summary>
internal sealed class SmallTransformer : IDisposable
{
    private const int Words = 20000;

    private readonly TemporaryFolder _folder = new();
    private readonly Random _random = new(11);

    private SmallTransformer(TransformerShape shape)
    {
        Shape = shape;
        SyntheticModel.WriteGraph(shape, Floats);
    }

    public TransformerShape Shape { get; }

    public string Floats => _folder["model.onnx"];

    public string Int8 => _folder["model.int8.onnx"];

    public string Folder => _folder.Path;

    public static SmallTransformer Bert(bool scaledDotProduct = false, long opset = 14) =>
        new(
            new TransformerShape("small-bert", "bert", Words, 64, 2, 4, 128, 80, 2, 1e-12f)
            {
                ScaledDotProduct = scaledDotProduct,
                Opset = opset,
            }
        );

    public static SmallTransformer RobertaCrossEncoder(long opset = 14) =>
        new(new TransformerShape("small-roberta", "xlm-roberta", Words, 64, 2, 4, 128, 80, 1, 1e-5f, CrossEncoder: true) { Opset = opset });

    public int[] Text(int tokens) => [.. Enumerable.Range(0, tokens).Select(_ => _random.Next(5, Words))];

    public void Dispose() => _folder.Dispose();
}
