namespace EmbedPlatform.Inference.Tokenization.PreTokenization;

/// <summary>GPT-2's visible character for each byte: the byte itself if visible in Latin-1, else a character from U+0100 on.</summary>
internal static class ByteCharacters
{
    private static readonly char[] OfByte = new char[256];
    private static readonly Dictionary<char, byte> ByteOf = [];

    static ByteCharacters()
    {
        var next = (char)256;
        for (var value = 0; value < 256; value++)
        {
            OfByte[value] = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF) ? (char)value : next++;
            ByteOf[OfByte[value]] = (byte)value;
        }
    }

    public static char Of(byte value) => OfByte[value];

    public static bool TryByte(char character, out byte value) => ByteOf.TryGetValue(character, out value);
}
