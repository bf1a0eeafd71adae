using EmbedPlatform.Inference.Tokenization.Unicode;

namespace EmbedPlatform.Inference.Tokenization.AddedTokens;

/// <summary>Finds added tokens: the leftmost match, and of several at one position the longest.</summary>
internal sealed class AddedTokenFinder
{
    private readonly AddedToken[] _tokens;
    private readonly Dictionary<char, AddedToken[]> _byFirst;
    private readonly System.Buffers.SearchValues<char> _first;

    public AddedTokenFinder(IEnumerable<AddedToken> tokens)
    {
        _tokens = [.. tokens.Where(token => token.Content.Length > 0)];
        _byFirst = _tokens
            .GroupBy(token => token.Content[0])
            .ToDictionary(group => group.Key, group => group.OrderByDescending(token => token.Content.Length).ToArray());
        _first = System.Buffers.SearchValues.Create([.. _byFirst.Keys]);
    }

    /// <summary>Adds all matches, left to right.</summary>
    public void Find(ReadOnlySpan<char> text, bool special, List<AddedTokenSpan> spans)
    {
        var done = 0;
        for (var at = 0; at < text.Length && _tokens.Length > 0;)
        {
            var next = text[at..].IndexOfAny(_first);
            if (next < 0)
            {
                return;
            }

            at += next;
            if (TokenAt(text[at..], special) is not { } token)
            {
                at++;
                continue;
            }

            var (start, end) = (at, at + token.Content.Length);
            at = end;
            if (token.SingleWord && IsInsideWord(text, start, end))
            {
                continue;
            }

            while (token.StripLeft && start > done && CharacterClasses.IsWhiteSpace(text[start - 1]))
            {
                start--;
            }

            while (token.StripRight && end < text.Length && CharacterClasses.IsWhiteSpace(text[end]))
            {
                end++;
            }

            spans.Add(new AddedTokenSpan(start, end, token.Id));
            done = end;
            at = Math.Max(at, end);
        }
    }

    private AddedToken? TokenAt(ReadOnlySpan<char> text, bool special)
    {
        foreach (var token in _byFirst[text[0]])
        {
            if ((special || !token.Special) && text.StartsWith(token.Content, StringComparison.Ordinal))
            {
                return token;
            }
        }

        return null;
    }

    private static bool IsInsideWord(ReadOnlySpan<char> text, int start, int end) =>
        (
            start > 0
            && CharacterClasses.IsWordCharacter(
                CharacterClasses.CodePointAt(
                    text,
                    start > 1 && char.IsSurrogatePair(text[start - 2], text[start - 1]) ? start - 2 : start - 1,
                    out _
                )
            )
        ) || (end < text.Length && CharacterClasses.IsWordCharacter(CharacterClasses.CodePointAt(text, end, out _)));
}
