using System.Text.Json;

namespace EmbedPlatform.Inference.Tokenization.Loading;

internal static class DecoderReader
{
    /// <exception cref="TokenizerFormatException">The type is not supported.</exception>
    public static Decoder Read(JsonElement json) =>
        JsonFields.TypeOf(json) switch
        {
            "Sequence" => new SequenceDecoder([.. JsonFields.Required(json, "decoder Sequence", "decoders").EnumerateArray().Select(Read)]),
            "WordPiece" => new WordPieceDecoder(JsonFields.Text(json, "prefix") ?? "##", JsonFields.Flag(json, "cleanup", true)),
            "Metaspace" => new MetaspaceDecoder(
                JsonFields.Character(json, "decoder Metaspace", "replacement", '▁'),
                JsonFields.Prepend(json, "decoder Metaspace")
            ),
            "ByteLevel" => new ByteLevelDecoder(),
            "ByteFallback" => new ByteFallbackDecoder(),
            "Fuse" => new FuseDecoder(),
            "Replace" => new ReplaceDecoder(Literal(json), JsonFields.Text(json, "content") ?? ""),
            "Strip" => new StripDecoder(
                JsonFields.Character(json, "decoder Strip", "content", ' '),
                JsonFields.Number(json, "start") ?? 0,
                JsonFields.Number(json, "stop") ?? 0
            ),
            "BPEDecoder" => new BpeDecoder(JsonFields.Text(json, "suffix") ?? "</w>"),
            var type => throw TokenizerFormatException.Unsupported("decoder", type),
        };

    private static string Literal(JsonElement json) =>
        JsonFields.Text(JsonFields.Required(json, "decoder Replace", "pattern"), "String")
        ?? throw new TokenizerFormatException("decoder Replace: only a pattern of the kind String is supported.");
}
