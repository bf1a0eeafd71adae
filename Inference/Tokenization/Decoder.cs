using System.Globalization;
using EmbedPlatform.Inference.Tokenization.PreTokenization;

namespace EmbedPlatform.Inference.Tokenization;

/// <summary>A step from tokens back to text: rewrites the list of pieces that is joined at the end.</summary>
internal abstract class Decoder
{
    public abstract List<string> Apply(List<string> tokens);
}

internal sealed class SequenceDecoder(IReadOnlyList<Decoder> steps) : Decoder
{
    public override List<string> Apply(List<string> tokens) => steps.Aggregate(tokens, (pieces, step) => step.Apply(pieces));
}

internal sealed class WordPieceDecoder(string prefix, bool cleanUp) : Decoder
{
    private static readonly (string From, string To)[] Tidy =
    [
        (" .", "."),
        (" ?", "?"),
        (" !", "!"),
        (" ,", ","),
        (" ' ", "'"),
        (" n't", "n't"),
        (" 'm", "'m"),
        (" do not", " don't"),
        (" 's", "'s"),
        (" 've", "'ve"),
        (" 're", "'re"),
    ];

    public override List<string> Apply(List<string> tokens) =>
        [
            .. tokens.Select(
                (token, i) =>
                {
                    var piece =
                        i == 0 ? token
                        : token.StartsWith(prefix, StringComparison.Ordinal) ? token[prefix.Length..]
                        : " " + token;
                    return cleanUp
                        ? Tidy.Aggregate(piece, (text, tidy) => text.Replace(tidy.From, tidy.To, StringComparison.Ordinal))
                        : piece;
                }
            ),
        ];
}

internal sealed class MetaspaceDecoder(char replacement, PrependScheme prepend) : Decoder
{
    public override List<string> Apply(List<string> tokens) =>
        [
            .. tokens.Select(
                (token, i) =>
                    (i == 0 && prepend != PrependScheme.Never && token.StartsWith(replacement) ? token[1..] : token).Replace(
                        replacement,
                        ' '
                    )
            ),
        ];
}

internal sealed class ByteLevelDecoder : Decoder
{
    public override List<string> Apply(List<string> tokens)
    {
        var bytes = new List<byte>();
        foreach (var token in tokens)
        {
            if (token.All(character => ByteCharacters.TryByte(character, out _)))
            {
                foreach (var character in token)
                {
                    ByteCharacters.TryByte(character, out var value);
                    bytes.Add(value);
                }
            }
            else
            {
                bytes.AddRange(System.Text.Encoding.UTF8.GetBytes(token));
            }
        }

        return [System.Text.Encoding.UTF8.GetString([.. bytes])];
    }
}

internal sealed class ByteFallbackDecoder : Decoder
{
    public override List<string> Apply(List<string> tokens)
    {
        var result = new List<string>(tokens.Count);
        var bytes = new List<byte>();
        foreach (var token in tokens)
        {
            if (
                token.Length == 6
                && token.StartsWith("<0x", StringComparison.Ordinal)
                && token[5] == '>'
                && byte.TryParse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            )
            {
                bytes.Add(value);
                continue;
            }

            Flush();
            result.Add(token);
        }

        Flush();
        return result;

        void Flush()
        {
            if (bytes.Count > 0)
            {
                result.Add(System.Text.Encoding.UTF8.GetString([.. bytes]));
                bytes.Clear();
            }
        }
    }
}

internal sealed class FuseDecoder : Decoder
{
    public override List<string> Apply(List<string> tokens) => [string.Concat(tokens)];
}

internal sealed class ReplaceDecoder(string from, string to) : Decoder
{
    public override List<string> Apply(List<string> tokens) =>
        [.. tokens.Select(token => token.Replace(from, to, StringComparison.Ordinal))];
}

internal sealed class StripDecoder(char content, int start, int stop) : Decoder
{
    public override List<string> Apply(List<string> tokens) =>
        [
            .. tokens.Select(token =>
            {
                var (from, to) = (0, token.Length);
                while (from < Math.Min(start, token.Length) && token[from] == content)
                {
                    from++;
                }

                while (token.Length - to < stop && to > from && token[to - 1] == content)
                {
                    to--;
                }

                return token[from..to];
            }),
        ];
}

internal sealed class BpeDecoder(string suffix) : Decoder
{
    public override List<string> Apply(List<string> tokens) =>
        [.. tokens.Select((token, i) => token.Replace(suffix, i == tokens.Count - 1 ? "" : " ", StringComparison.Ordinal))];
}
