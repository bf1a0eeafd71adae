using System.Text.Json;
using EmbedPlatform.Inference.Tokenization.Normalization;
using EmbedPlatform.Inference.Tokenization.Unicode;

namespace EmbedPlatform.Inference.Tokenization.Loading;

internal static class NormalizerReader
{
    /// <exception cref="TokenizerFormatException">The type is not supported.</exception>
    public static Normalizer Read(JsonElement json) =>
        JsonFields.TypeOf(json) switch
        {
            "Sequence" => new SequenceNormalizer([
                .. JsonFields.Required(json, "normalizer Sequence", "normalizers").EnumerateArray().Select(Read),
            ]),
            "NFC" => new UnicodeNormalizer(UnicodeNormalForm.Nfc),
            "NFD" => new UnicodeNormalizer(UnicodeNormalForm.Nfd),
            "NFKC" => new UnicodeNormalizer(UnicodeNormalForm.Nfkc),
            "NFKD" => new UnicodeNormalizer(UnicodeNormalForm.Nfkd),
            "Lowercase" => new LowercaseNormalizer(),
            "StripAccents" => new StripAccentsNormalizer(onlyNonSpacing: false),
            "Strip" => new StripNormalizer(JsonFields.Flag(json, "strip_left", true), JsonFields.Flag(json, "strip_right", true)),
            "Replace" => new ReplaceNormalizer(JsonFields.Pattern(json, "normalizer Replace"), JsonFields.Text(json, "content") ?? ""),
            "Prepend" => new PrependNormalizer(JsonFields.Text(json, "prepend") ?? ""),
            "Precompiled" => Precompiled(json),
            "BertNormalizer" => Bert(json),
            var type => throw TokenizerFormatException.Unsupported("normalizer", type),
        };

    private static PrecompiledNormalizer Precompiled(JsonElement json) =>
        JsonFields.Required(json, "normalizer Precompiled", "precompiled_charsmap").TryGetBytesFromBase64(out var map)
            ? new PrecompiledNormalizer(map)
            : throw new TokenizerFormatException("normalizer Precompiled: precompiled_charsmap is not base64.");

    private static SequenceNormalizer Bert(JsonElement json)
    {
        var lowercase = JsonFields.Flag(json, "lowercase", true);
        var steps = new List<Normalizer>
        {
            new BertCleanNormalizer(JsonFields.Flag(json, "clean_text", true), JsonFields.Flag(json, "handle_chinese_chars", true)),
        };
        if (JsonFields.Flag(json, "strip_accents", lowercase))
        {
            steps.Add(new UnicodeNormalizer(UnicodeNormalForm.Nfd));
            steps.Add(new StripAccentsNormalizer(onlyNonSpacing: true));
        }

        if (lowercase)
        {
            steps.Add(new LowercaseNormalizer());
        }

        return new SequenceNormalizer(steps);
    }
}
