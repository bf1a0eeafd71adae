using Microsoft.ML.Tokenizers;

namespace EmbedPlatform.EmbedService.Embedding.Input;

/// <summary>A vocabulary of OpenAI's models. It decodes the token ids that OpenAI's clients send instead of text.</summary>
internal sealed class OpenAiVocabulary
{
    private const char Replacement = '\uFFFD';

    private readonly TiktokenTokenizer _tokenizer;
    private readonly Dictionary<int, string> _special;
    private readonly short[] _lengths;
    private readonly bool[] _isPartial;

    private OpenAiVocabulary(string name)
    {
        Name = name;
        _tokenizer = TiktokenTokenizer.CreateForEncoding(name);
        _special = _tokenizer.SpecialTokens!.ToDictionary(token => token.Value, token => token.Key);
        _lengths = new short[_special.Keys.Max() + 1];
        _isPartial = new bool[_lengths.Length];
        var one = new int[1];
        for (var id = 0; id < _lengths.Length; id++)
        {
            one[0] = id;
            var text = _special.ContainsKey(id) ? "" : _tokenizer.Decode(one);
            _lengths[id] = (short)text.Length;

            // A token that encodes to itself contains the replacement character literally.
            _isPartial[id] = text.Contains(Replacement, StringComparison.Ordinal) && !_tokenizer.EncodeToIds(text).SequenceEqual(one);
        }

        LastId = Array.FindLastIndex(_lengths, length => length > 0);
    }

    /// <summary>For example cl100k_base.</summary>
    public string Name { get; }

    /// <summary>The last id with text.</summary>
    public int LastId { get; }

    /// <summary>Takes half a second and tens of megabytes.</summary>
    public static OpenAiVocabulary Load(string name) => new(name);

    /// <summary>What is wrong with an id; null for a valid one.</summary>
    public string? Problem(int id) =>
        _special.TryGetValue(id, out var special) ? $"is {id}, the special token {special} of {Name}, which has no text"
        : (uint)id >= (uint)_lengths.Length || _lengths[id] == 0
            ? $"is {id}, which is not a token id of {Name}; ids range from 0 to {LastId}"
        : null;

    /// <summary>An upper bound of the length (UTF-16) of the decoded text.</summary>
    public long MaxCharacters(ReadOnlySpan<int> ids)
    {
        var sum = 0L;
        foreach (var id in ids)
        {
            sum += _lengths[id];
        }

        return sum;
    }

    /// <summary>
    /// The text of valid ids. Clients cut texts between tokens, possibly inside a character: a partial character at either end is dropped.
    /// Other bytes that are not UTF-8 become U+FFFD, as in OpenAI's tiktoken.
    /// </summary>
    public string Decode(IReadOnlyList<int> ids)
    {
        var text = _tokenizer.Decode(ids);
        var (start, end) = (0, text.Length);
        if (_isPartial[ids[0]])
        {
            // A partial character has at most three bytes.
            while (start < Math.Min(3, end) && text[start] == Replacement)
            {
                start++;
            }
        }

        if (_isPartial[ids[^1]] && end > start && text[end - 1] == Replacement)
        {
            end--;
        }

        return text[start..end];
    }
}
