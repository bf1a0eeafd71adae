using System.Text.Json;

namespace EmbedPlatform.Inference.Tokenization.Loading;

internal static class DecoderReader
{
    /// <exception cref="TokenizerFormatException">The type is not supported.</exception>
    public static Decoder Read(JsonElement json) =>
        JsonParts.TypeOf(json) switch
        {
            "Sequence" => new SequenceDecoder([.. JsonParts.Required(json, "decoder Sequence", "decoders").EnumerateArray().Select(Read)]),
            "WordPiece" => new WordPieceDecoder(JsonParts.Text(json, "prefix") ?? "##", JsonParts.Flag(json, "cleanup", true)),
            "Metaspace" => new MetaspaceDecoder(
                JsonParts.Character(json, "decoder Metaspace", "replacement", '▁'),
                JsonParts.Prepend(json, "decoder Metaspace")
            ),
            "ByteLevel" => new ByteLevelDecoder(),
            "ByteFallback" => new ByteFallbackDecoder(),
            "Fuse" => new FuseDecoder(),
            "Replace" => new ReplaceDecoder(Literal(json), JsonParts.Text(json, "content") ?? ""),
            "Strip" => new StripDecoder(
                JsonParts.Character(json, "decoder Strip", "content", ' '),
                JsonParts.Number(json, "start") ?? 0,
                JsonParts.Number(json, "stop") ?? 0
            ),
            "BPEDecoder" => new BpeDecoder(JsonParts.Text(json, "suffix") ?? "</w>"),
            var type => throw TokenizerFormatException.Unsupported("decoder", type),
        };

    private static string Literal(JsonElement json) =>
        JsonParts.Text(JsonParts.Required(json, "decoder Replace", "pattern"), "String")
        ?? throw new TokenizerFormatException("decoder Replace: only a pattern of the kind String is supported.");
}
