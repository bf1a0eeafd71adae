using System.Text.Json;
using EmbedPlatform.Inference.Tokenization.PreTokenization;

namespace EmbedPlatform.Inference.Tokenization.Loading;

internal static class PreTokenizerReader
{
    /// <exception cref="TokenizerFormatException">The type is not supported.</exception>
    public static PreTokenizer Read(JsonElement json) =>
        JsonParts.TypeOf(json) switch
        {
            "Sequence" => new SequencePreTokenizer([
                .. JsonParts.Required(json, "pre_tokenizer Sequence", "pretokenizers").EnumerateArray().Select(Read),
            ]),
            "BertPreTokenizer" => new BertPreTokenizer(),
            "WhitespaceSplit" => new WhiteSpaceSplitPreTokenizer(),
            "Whitespace" => new WhitespacePreTokenizer(),
            "Metaspace" => new MetaspacePreTokenizer(
                JsonParts.Character(json, "pre_tokenizer Metaspace", "replacement", '▁'),
                JsonParts.Prepend(json, "pre_tokenizer Metaspace"),
                JsonParts.Flag(json, "split", true)
            ),
            "ByteLevel" => new ByteLevelPreTokenizer(
                JsonParts.Flag(json, "add_prefix_space", true),
                JsonParts.Flag(json, "use_regex", true)
            ),
            "Split" => new PatternPreTokenizer(
                JsonParts.Pattern(json, "pre_tokenizer Split"),
                Behavior(json),
                JsonParts.Flag(json, "invert", false)
            ),
            "Digits" => new PatternPreTokenizer(
                TextPattern.Expression(JsonParts.Flag(json, "individual_digits", false) ? @"\p{N}" : @"\p{N}+"),
                SplitBehavior.Isolated
            ),
            "CharDelimiterSplit" => new PatternPreTokenizer(
                TextPattern.Literal(JsonParts.Required(json, "pre_tokenizer CharDelimiterSplit", "delimiter").GetString()!),
                SplitBehavior.Removed
            ),
            "Punctuation" => new PatternPreTokenizer(TextPattern.Expression(@"[\p{P}$+<=>^`|~]"), Behavior(json)),
            var type => throw TokenizerFormatException.Unsupported("pre_tokenizer", type),
        };

    private static SplitBehavior Behavior(JsonElement json) =>
        JsonParts.Text(json, "behavior") switch
        {
            null or "Isolated" => SplitBehavior.Isolated,
            "Removed" => SplitBehavior.Removed,
            "MergedWithPrevious" => SplitBehavior.MergedWithPrevious,
            "MergedWithNext" => SplitBehavior.MergedWithNext,
            "Contiguous" => SplitBehavior.Contiguous,
            var other => throw new TokenizerFormatException($"pre_tokenizer: behavior '{other}' is not supported."),
        };
}
