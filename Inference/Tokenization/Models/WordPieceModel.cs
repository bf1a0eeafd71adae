namespace EmbedPlatform.Inference.Tokenization.Models;

/// <summary>
/// WordPiece (arxiv.org/abs/1609.08144): the longest piece that fits, from left to right; a word that cannot be split completely is
/// unknown.
/// </summary>
internal sealed class WordPieceModel : TokenizerModel
{
    private readonly Dictionary<string, int> _ids;
    private readonly string?[] _tokens;
    private readonly VocabularyTrie _beginnings;
    private readonly VocabularyTrie _continuations;
    private readonly int _unknown;
    private readonly int _longestWord;

    /// <exception cref="TokenizerFormatException">The vocabulary lacks the unknown token.</exception>
    public WordPieceModel(Dictionary<string, int> vocabulary, string unknown, string continuingPrefix, int longestWord)
    {
        _ids = vocabulary;
        _tokens = Vocabulary.ById(vocabulary);
        _unknown = vocabulary.TryGetValue(unknown, out var id)
            ? id
            : throw new TokenizerFormatException($"model WordPiece: the vocabulary lacks unk_token {unknown}.");
        _longestWord = longestWord;
        _beginnings = new VocabularyTrie(vocabulary);
        _continuations = new VocabularyTrie(
            vocabulary
                .Where(token => token.Key.StartsWith(continuingPrefix, StringComparison.Ordinal))
                .Select(token => KeyValuePair.Create(token.Key[continuingPrefix.Length..], token.Value))
        );
    }

    public override int VocabularySize => _tokens.Length;

    public override int? IdOf(string token) => _ids.TryGetValue(token, out var id) ? id : null;

    public override string? TokenOf(int id) => (uint)id < (uint)_tokens.Length ? _tokens[id] : null;

    public override void Tokenize(Workspace workspace, ReadOnlySpan<char> text, int start, int end, bool[]? forbidden, TokenList output)
    {
        var before = output.Count;
        var trie = _beginnings;
        for (var at = start; at < end; trie = _continuations)
        {
            var (id, length) = Longest(trie, text[at..end], forbidden);
            if (length == 0 || (at == start && end - start > _longestWord && IsTooLong(text[start..end])))
            {
                output.CutTo(before);
                output.Add(_unknown, start, end);
                return;
            }

            output.Add(id, at, at + length);
            at += length;
        }
    }

    private static (int Id, int Length) Longest(VocabularyTrie trie, ReadOnlySpan<char> text, bool[]? forbidden)
    {
        var (id, length) = (-1, 0);
        var node = trie.Root(text[0]);
        for (var i = 1; node != 0; i++)
        {
            if (trie.At(node).Id is >= 0 and var found && forbidden?[found] != true)
            {
                (id, length) = (found, i);
            }

            node = i < text.Length ? trie.Next(node, text[i]) : 0;
        }

        return (id, length);
    }

    private bool IsTooLong(ReadOnlySpan<char> word)
    {
        var characters = 0;
        foreach (var unit in word)
        {
            characters += char.IsLowSurrogate(unit) ? 0 : 1;
        }

        return characters > _longestWord;
    }
}
