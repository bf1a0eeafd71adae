using Microsoft.ML.Tokenizers;

namespace EmbedPlatform.EmbedService.Embedding.Input;

/// <summary>The vocabulary of OpenAI models, to read the token ids that their clients send in the place of texts.</summary>
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

            // What is encoded as itself holds the replacement character in so many words.
            _isPartial[id] = text.Contains(Replacement, StringComparison.Ordinal) && !_tokenizer.EncodeToIds(text).SequenceEqual(one);
        }

        LastId = Array.FindLastIndex(_lengths, length => length > 0);
    }

    /// <summary>Its name, such as cl100k_base.</summary>
    public string Name { get; }

    /// <summary>The last id that stands for text.</summary>
    public int LastId { get; }

    /// <summary>Reads the vocabulary, which takes half a second and tens of megabytes.</summary>
    public static OpenAiVocabulary Load(string name) => new(name);

    /// <summary>What is wrong with an id; null where it stands for text.</summary>
    public string? Problem(int id) =>
        _special.TryGetValue(id, out var special) ? $"is {id}, the special token {special} of {Name}, which stands for no text"
        : (uint)id >= (uint)_lengths.Length || _lengths[id] == 0 ? $"is {id}, which {Name} does not have; its ids are from 0 to {LastId}"
        : null;

    /// <summary>The most characters (UTF-16) that valid ids can stand for.</summary>
    public long MostCharacters(ReadOnlySpan<int> ids)
    {
        var sum = 0L;
        foreach (var id in ids)
        {
            sum += _lengths[id];
        }

        return sum;
    }

    /// <summary>
    /// The text of valid ids. Clients cut texts between tokens, which may be inside a character: what is left of one at either end is dropped, for it means nothing; bytes that are no UTF-8 anywhere else
    /// are U+FFFD, as in OpenAI's tiktoken.
    /// </summary>
    public string Decode(IReadOnlyList<int> ids)
    {
        var text = _tokenizer.Decode(ids);
        var (start, end) = (0, text.Length);
        if (_isPartial[ids[0]])
        {
            // At most three bytes of a character of four.
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
