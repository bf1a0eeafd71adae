using System.Text.Json;
using EmbedPlatform.Inference.Tokenization.Normalization;
using EmbedPlatform.Inference.Tokenization.Unicode;

namespace EmbedPlatform.Inference.Tokenization.Loading;

internal static class NormalizerReader
{
    /// <exception cref="TokenizerFormatException">The type is not supported.</exception>
    public static Normalizer Read(JsonElement json) =>
        JsonParts.TypeOf(json) switch
        {
            "Sequence" => new SequenceNormalizer([
                .. JsonParts.Required(json, "normalizer Sequence", "normalizers").EnumerateArray().Select(Read),
            ]),
            "NFC" => new UnicodeNormalizer(UnicodeForm.Nfc),
            "NFD" => new UnicodeNormalizer(UnicodeForm.Nfd),
            "NFKC" => new UnicodeNormalizer(UnicodeForm.Nfkc),
            "NFKD" => new UnicodeNormalizer(UnicodeForm.Nfkd),
            "Lowercase" => new LowercaseNormalizer(),
            "StripAccents" => new StripAccentsNormalizer(onlyNonSpacing: false),
            "Strip" => new StripNormalizer(JsonParts.Flag(json, "strip_left", true), JsonParts.Flag(json, "strip_right", true)),
            "Replace" => new ReplaceNormalizer(JsonParts.Pattern(json, "normalizer Replace"), JsonParts.Text(json, "content") ?? ""),
            "Prepend" => new PrependNormalizer(JsonParts.Text(json, "prepend") ?? ""),
            "Precompiled" => Precompiled(json),
            "BertNormalizer" => Bert(json),
            var type => throw TokenizerFormatException.Unsupported("normalizer", type),
        };

    private static PrecompiledNormalizer Precompiled(JsonElement json) =>
        JsonParts.Required(json, "normalizer Precompiled", "precompiled_charsmap").TryGetBytesFromBase64(out var map)
            ? new PrecompiledNormalizer(map)
            : throw new TokenizerFormatException("normalizer Precompiled: precompiled_charsmap is not base64.");

    private static SequenceNormalizer Bert(JsonElement json)
    {
        var lowercase = JsonParts.Flag(json, "lowercase", true);
        var steps = new List<Normalizer>
        {
            new BertCleanNormalizer(JsonParts.Flag(json, "clean_text", true), JsonParts.Flag(json, "handle_chinese_chars", true)),
        };
        if (JsonParts.Flag(json, "strip_accents", lowercase))
        {
            steps.Add(new UnicodeNormalizer(UnicodeForm.Nfd));
            steps.Add(new StripAccentsNormalizer(onlyNonSpacing: true));
        }

        if (lowercase)
        {
            steps.Add(new LowercaseNormalizer());
        }

        return new SequenceNormalizer(steps);
    }
}
