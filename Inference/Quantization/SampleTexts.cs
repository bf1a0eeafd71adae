using System.Reflection;

namespace EmbedPlatform.Inference.Quantization;

/// <summary>Texts on which a quantised model is compared with its original: short and long, several scripts, code and numbers.</summary>
internal static class SampleTexts
{
    private const string Resource = "sample-texts.txt";

    public static IReadOnlyList<string> BuiltIn()
    {
        using var stream =
            Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The resource {Resource} is missing.");
        using var reader = new StreamReader(stream);
        var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

        // Documents are longer than lines, so a few lines are joined.
        return [.. lines, .. lines.Chunk(6).Select(chunk => string.Join(' ', chunk)), string.Join(' ', lines)];
    }
}
