namespace EmbedPlatform.SearchApi.Ingestion;

/// <summary>
/// Splits a text into chunks of a token count, preferably at sentence ends. Token positions come from the model's tokenizer; a
/// text that is short by a conservative estimate needs none.
/// </summary>
internal static class Chunker
{
    private const double MaxTokensPerCharacter = 1.5;

    private readonly record struct Word(int Start, int End, double Tokens, bool EndsSentence);

    /// <summary>Returns the chunks of a text; together they contain every word.</summary>
    /// <param name="tokens">The maximum number of tokens per chunk.</param>
    /// <param name="overlap">
    /// The number of tokens that each chunk repeats of the previous one, less than <paramref name="tokens"/>.
    /// </param>
    /// <param name="starts">The ascending starts of the text's tokens; null to estimate them.</param>
    public static IReadOnlyList<string> Split(string text, int tokens, int overlap, IReadOnlyList<int>? starts = null)
    {
        var words = starts is null ? Words(text, tokens) : Words(text, tokens, starts);
        var chunks = new List<string>();
        for (var start = 0; start < words.Count; )
        {
            var end = EndOfChunk(words, start, tokens);
            chunks.Add(text[words[start].Start..words[end - 1].End]);
            if (end == words.Count)
            {
                break;
            }

            start = StartOfNext(words, start, end, overlap);
        }

        return chunks;
    }

    /// <summary>Splits a text near its middle, at whitespace if there is any; null for a single character.</summary>
    public static (string First, string Second)? Halve(string text)
    {
        text = text.Trim();
        var cut = -1;
        for (int back = text.Length / 2, forth = back; cut < 0 && (back > 0 || forth < text.Length); back--, forth++)
        {
            if (back > 0 && char.IsWhiteSpace(text[back]))
            {
                cut = back;
            }
            else if (forth < text.Length && char.IsWhiteSpace(text[forth]))
            {
                cut = forth;
            }
        }

        if (cut < 0)
        {
            cut = text.Length / 2;
            cut += cut > 0 && char.IsHighSurrogate(text[cut - 1]) ? 1 : 0;
        }

        return cut <= 0 || cut >= text.Length ? null : (text[..cut].TrimEnd(), text[cut..].TrimStart());
    }

    /// <summary>An estimate of the token count, too high rather than too low for most vocabularies.</summary>
    public static int Estimate(string? text) => text is null ? 0 : (int)Math.Ceiling(Words(text, int.MaxValue).Sum(word => word.Tokens));

    private static int EndOfChunk(List<Word> words, int start, int tokens)
    {
        var (end, used, sentence) = (start, 0.0, -1);
        while (end < words.Count && (end == start || used + words[end].Tokens <= tokens))
        {
            used += words[end].Tokens;
            end++;
            // Sentence ends in the first half would make many short chunks.
            if (words[end - 1].EndsSentence && used >= tokens / 2)
            {
                sentence = end;
            }
        }

        return end < words.Count && sentence > 0 ? sentence : end;
    }

    private static int StartOfNext(List<Word> words, int start, int end, int overlap)
    {
        var (next, repeated) = (end, 0.0);
        while (next - 1 > start && repeated + words[next - 1].Tokens <= overlap)
        {
            next--;
            repeated += words[next].Tokens;
        }

        return next;
    }

    private static List<Word> Words(string text, int maxTokens)
    {
        var words = new List<Word>();
        var position = 0;
        while (position < text.Length)
        {
            if (char.IsWhiteSpace(text[position]))
            {
                position++;
                continue;
            }

            var (start, cost, letters) = (position, 0.0, 0);
            while (position < text.Length && !char.IsWhiteSpace(text[position]) && cost + MaxTokensPerCharacter <= maxTokens)
            {
                letters = char.IsAsciiLetter(text[position]) ? letters + 1 : 0;
                cost += Cost(text[position], letters);
                position += char.IsHighSurrogate(text[position]) && position + 1 < text.Length ? 2 : 1;
            }

            words.Add(new Word(start, position, cost, EndsSentence(text, position)));
        }

        return words;
    }

    /// <summary>Words with their token counts; a word with more tokens than a chunk allows is split at a token start.</summary>
    private static List<Word> Words(string text, int maxTokens, IReadOnlyList<int> starts)
    {
        var words = new List<Word>();
        var (position, token) = (0, 0);
        while (true)
        {
            while (position < text.Length && char.IsWhiteSpace(text[position]))
            {
                position++;
            }

            if (position == text.Length)
            {
                return words;
            }

            var end = position;
            while (end < text.Length && !char.IsWhiteSpace(text[end]))
            {
                end++;
            }

            // Some vocabularies attach the whitespace before a word to its first token.
            var first = token;
            while (
                token < starts.Count
                && starts[token] < end
                && (token - first < maxTokens || starts[token] <= Math.Max(position, starts[first]))
            )
            {
                token++;
            }

            if (token < starts.Count && starts[token] < end)
            {
                end = starts[token];
            }

            words.Add(new Word(position, end, token - first, EndsSentence(text, end)));
            position = end;
        }
    }

    // Fitted to a vocabulary of 8,000 pieces, which splits words more than larger ones do: a short word is one piece, a long one has
    // one piece per two or three letters after the fourth, and capitals inside a word are pieces of their own.
    private static double Cost(char c, int letters) =>
        c switch
        {
            _ when letters == 1 => 1,
            _ when letters > 1 && char.IsAsciiLetterUpper(c) => 0.8,
            _ when letters > 1 => letters > 4 ? 0.38 : 0,
            >= '0' and <= '9' => 0.7,
            < (char)0x80 => MaxTokensPerCharacter,
            < (char)0x2E80 => char.IsLetter(c) ? 0.8 : MaxTokensPerCharacter,
            _ => 1.2,
        };

    private static bool EndsSentence(string text, int end)
    {
        var last = text[end - 1];
        return last is '.' or '!' or '?' or '…' or '。' or '！' or '？'
            || (end < text.Length && text[end] is '\n' && end + 1 < text.Length && text[end + 1] is '\n')
            || (last is '"' or ')' or '”' && end >= 2 && text[end - 2] is '.' or '!' or '?');
    }
}
