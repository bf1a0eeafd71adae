using System.Text.Json;
using EmbedPlatform.Inference.Tokenization.PreTokenization;

namespace EmbedPlatform.Inference.Tokenization.Loading;

internal static class PreTokenizerReader
{
    /// <exception cref="TokenizerFormatException">The type is not supported.</exception>
    public static PreTokenizer Read(JsonElement json) =>
        JsonFields.TypeOf(json) switch
        {
            "Sequence" => new SequencePreTokenizer([
                .. JsonFields.Required(json, "pre_tokenizer Sequence", "pretokenizers").EnumerateArray().Select(Read),
            ]),
            "BertPreTokenizer" => new BertPreTokenizer(),
            "WhitespaceSplit" => new WhiteSpaceSplitPreTokenizer(),
            "Whitespace" => new WhitespacePreTokenizer(),
            "Metaspace" => new MetaspacePreTokenizer(
                JsonFields.Character(json, "pre_tokenizer Metaspace", "replacement", '▁'),
                JsonFields.Prepend(json, "pre_tokenizer Metaspace"),
                JsonFields.Flag(json, "split", true)
            ),
            "ByteLevel" => new ByteLevelPreTokenizer(
                JsonFields.Flag(json, "add_prefix_space", true),
                JsonFields.Flag(json, "use_regex", true)
            ),
            "Split" => new PatternPreTokenizer(
                JsonFields.Pattern(json, "pre_tokenizer Split"),
                Behavior(json),
                JsonFields.Flag(json, "invert", false)
            ),
            "Digits" => new PatternPreTokenizer(
                TextPattern.Expression(JsonFields.Flag(json, "individual_digits", false) ? @"\p{N}" : @"\p{N}+"),
                SplitBehavior.Isolated
            ),
            "CharDelimiterSplit" => new PatternPreTokenizer(
                TextPattern.Literal(JsonFields.Required(json, "pre_tokenizer CharDelimiterSplit", "delimiter").GetString()!),
                SplitBehavior.Removed
            ),
            "Punctuation" => new PatternPreTokenizer(TextPattern.Expression(@"[\p{P}$+<=>^`|~]"), Behavior(json)),
            var type => throw TokenizerFormatException.Unsupported("pre_tokenizer", type),
        };

    private static SplitBehavior Behavior(JsonElement json) =>
        JsonFields.Text(json, "behavior") switch
        {
            null or "Isolated" => SplitBehavior.Isolated,
            "Removed" => SplitBehavior.Removed,
            "MergedWithPrevious" => SplitBehavior.MergedWithPrevious,
            "MergedWithNext" => SplitBehavior.MergedWithNext,
            "Contiguous" => SplitBehavior.Contiguous,
            var other => throw new TokenizerFormatException($"pre_tokenizer: behavior '{other}' is not supported."),
        };
}
