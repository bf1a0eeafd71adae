using System.Text.Json;

namespace EmbedPlatform.Inference.Tokenization.Loading;

/// <summary>Reads the sections truncation and padding, which state the lengths the file's author intended.</summary>
internal static class TruncationAndPaddingReader
{
    /// <exception cref="TokenizerFormatException">A strategy or direction is not supported, or a length is negative.</exception>
    public static EncodeOptions? ReadTruncation(JsonElement root)
    {
        const string Part = "truncation";
        if (JsonFields.IsNull(root, Part))
        {
            return null;
        }

        var json = root.GetProperty(Part);
        var length = JsonFields.Number(json, "max_length") ?? 512;
        var stride = JsonFields.Number(json, "stride") ?? 0;
        if (length < 0 || stride < 0)
        {
            throw new TokenizerFormatException($"{Part}: max_length and stride must not be negative.");
        }

        return new EncodeOptions
        {
            MaxTokens = length,
            Truncation = JsonFields.Text(json, "direction") switch
            {
                null or "Right" => Truncation.Right,
                "Left" => Truncation.Left,
                var other => throw Unsupported(Part, "direction", other),
            },
            Strategy = JsonFields.Text(json, "strategy") switch
            {
                null or "LongestFirst" => TruncationStrategy.LongestFirst,
                "OnlyFirst" => TruncationStrategy.OnlyFirst,
                "OnlySecond" => TruncationStrategy.OnlySecond,
                var other => throw Unsupported(Part, "strategy", other),
            },
        };
    }

    /// <summary>The padding section's id; the code that builds batches decides about padding.</summary>
    /// <exception cref="TokenizerFormatException">The strategy or direction is not supported.</exception>
    public static int? ReadPadId(JsonElement root)
    {
        const string Part = "padding";
        if (JsonFields.IsNull(root, Part))
        {
            return null;
        }

        var json = root.GetProperty(Part);
        if (JsonFields.Text(json, "direction") is not (null or "Right" or "Left") and var direction)
        {
            throw Unsupported(Part, "direction", direction);
        }

        if (
            !JsonFields.IsNull(json, "strategy")
            && json.GetProperty("strategy") is var strategy
            && !(
                strategy.ValueKind == JsonValueKind.Object
                    ? strategy.TryGetProperty("Fixed", out _)
                    : strategy.GetString() == "BatchLongest"
            )
        )
        {
            throw Unsupported(Part, "strategy", strategy.ToString());
        }

        return JsonFields.Number(json, "pad_id");
    }

    private static TokenizerFormatException Unsupported(string part, string field, string value) =>
        new($"{part}: {field} '{value}' is not supported");
}
