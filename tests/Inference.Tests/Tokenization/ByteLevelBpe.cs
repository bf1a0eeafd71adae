using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.Inference.Tests.Tokenization;

/// <summary>
/// A byte-level BPE as Qwen's, with few merges: all 256 bytes, and runs of one letter, blank or Chinese character that double.
/// </summary>
internal static class ByteLevelBpe
{
    private const string Words =
        """(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|"""
        + """ ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+""";

    public static Tokenizer Build()
    {
        var tokens = Bytes().ToList();
        var merges = new List<string>();
        foreach (
            var (left, right) in new[]
            {
                ("a", "a"),
                ("Ġ", "Ġ"),
                ("ä", "¸"),
                ("ä¸", "Ģ"),
                ("ä¸Ģ", "ä¸Ģ"),
                ("Ġ", "a"),
                ("Ġa", "a"),
                ("t", "h"),
                ("th", "e"),
                (".", "."),
            }
        )
        {
            Merge(left, right);
        }

        for (var run = "aa"; run.Length < 64; run += run)
        {
            Merge(run, run);
        }

        return TokenizerJson
            .Bpe([.. tokens], [.. merges])
            .With("normalizer", """{"type":"NFC"}""")
            .With(
                "pre_tokenizer",
                $$$"""
                {"type":"Sequence","pretokenizers":[
                    {"type":"Split","pattern":{"Regex":"{{{Words}}}"},"behavior":"Isolated","invert":false},
                    {"type":"ByteLevel","add_prefix_space":false,"trim_offsets":false,"use_regex":false}]}
                """
            )
            .With("decoder", """{"type":"ByteLevel"}""")
            .Build();

        void Merge(string left, string right)
        {
            tokens.Add(left + right);
            merges.Add($"{left} {right}");
        }
    }

    // GPT-2's visible character for each byte.
    private static IEnumerable<string> Bytes()
    {
        var next = (char)256;
        for (var value = 0; value < 256; value++)
        {
            yield return (value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF) ? (char)value : next++).ToString();
        }
    }
}
