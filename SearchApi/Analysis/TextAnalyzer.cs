using System.Collections.Concurrent;

namespace EmbedPlatform.SearchApi.Analysis;

/// <summary>
/// Turns texts into terms for the lexical index and its queries, the same way for both:
/// words by UAX #29 and dictionaries, compounds whole and in parts, characters of Chinese, Japanese and Korean alone and in pairs.
/// </summary>
internal sealed class TextAnalyzer(Language language, bool foldAccents)
{
    /// <summary>The version of the rules. A collection that was indexed by an earlier version is indexed again in the background.</summary>
    public const int Version = 3;

    // Languages differ in words, not in these characters.
    private static readonly string?[] Characters = new string?[char.MaxValue + 1];

    private readonly WordNormalizer _words = new(language, foldAccents);

    private static readonly ConcurrentDictionary<(string Language, bool FoldAccents), TextAnalyzer> Known = new();

    /// <summary>The analyzer of a language. An unknown language is analyzed without stemming and stop words.</summary>
    public static TextAnalyzer For(string language, bool foldAccents) =>
        Known.GetOrAdd(
            (language, foldAccents),
            key => new TextAnalyzer(Language.All.GetValueOrDefault(key.Language) ?? Language.All[Language.Simple], key.FoldAccents)
        );

    /// <summary>The tokens of a text, in the order of their positions.</summary>
    public List<Token> Analyze(string text)
    {
        var segments = WordSegmenter.Segment(text);
        var tokens = new TokenList(segments.Count);
        for (var i = 0; i < segments.Count;)
        {
            i = segments[i].Kind switch
            {
                SegmentKind.Cjk => AddCjk(text, segments, i, tokens),
                SegmentKind.Emoji => AddEmoji(text, segments, i, tokens),
                _ => AddWords(text, segments, i, tokens),
            };
        }

        return tokens.All;
    }

    /// <summary>The scored terms of a query.</summary>
    /// <param name="keepStopWords">Whether to score stop words if the text has no other words.</param>
    public IReadOnlyList<QueryTerm> AnalyzeQuery(string text, bool keepStopWords) => QueryTerms.From(Analyze(text), keepStopWords);

    /// <summary>The beginnings of the terms that a prefix matches.</summary>
    public IReadOnlyList<string> AnalyzePrefix(string prefix)
    {
        var tokens = Analyze(prefix);
        var last = tokens.FindLastIndex(token => token.Kind == TokenKind.Bigram);
        last = last < 0 ? tokens.FindLastIndex(token => token.Kind is TokenKind.Word or TokenKind.StopWord) : last;
        if (last < 0)
        {
            return [];
        }

        var term = TermPrefix.Strip(tokens[last].Term);
        return [term, TermPrefix.Folded + term];
    }

    /// <summary>The words that are too frequent to score.</summary>
    public IEnumerable<string> StopWords => language.StopWords;

    /// <summary>The word without accents, unless this analyzer keeps them.</summary>
    public string Fold(string word) => foldAccents ? AccentFolding.Fold(word) : word;

    /// <summary>The forms of a word as it stands in a text.</summary>
    public WordForms Forms(ReadOnlySpan<char> word) => _words.Forms(word);

    private int AddWords(string text, List<Segment> segments, int first, TokenList tokens)
    {
        var last = Compounds.LastOfRun(text, segments, first);
        AddCompound(Compounds.Split(text, segments, first, last, _words), text, tokens);
        return last + 1;
    }

    private void AddCompound(Compound compound, string text, TokenList tokens)
    {
        var position = tokens.NextPosition;
        foreach (var part in compound.Parts)
        {
            AddWord(text, part.Start, part.End, tokens);
        }

        if (compound.Whole is not { } whole)
        {
            return;
        }

        var (start, end) = (compound.Start, compound.End);
        if (whole.All(char.IsLetter))
        {
            var forms = _words.Forms(whole);
            tokens.Add(forms.IsStopWord ? TermPrefix.Strip(forms.Stem) : forms.Stem, start, end, position, TokenKind.Compound);
            if (forms.FoldedStem is { } other)
            {
                tokens.Add(other, start, end, position, TokenKind.Variant);
            }
        }
        else
        {
            tokens.Add(_words.Compound(whole), start, end, position, TokenKind.Compound);
        }
    }

    private void AddWord(string text, int start, int end, TokenList tokens)
    {
        var forms = _words.Forms(text.AsSpan(start, end - start));
        if (forms.Stem.Length == 0)
        {
            return;
        }

        var position = tokens.NextPosition++;
        tokens.Add(forms.Stem, start, end, position, forms.IsStopWord ? TokenKind.StopWord : TokenKind.Word);
        if (forms.FoldedStem is { } other)
        {
            tokens.Add(other, start, end, position, TokenKind.Variant);
        }

        if (forms.Spelt is { } spelt)
        {
            tokens.Add(spelt, start, end, position, TokenKind.Variant);
        }
    }

    private int AddCjk(string text, List<Segment> segments, int first, TokenList tokens)
    {
        var last = first;
        while (last + 1 < segments.Count && segments[last + 1].Kind == SegmentKind.Cjk && segments[last + 1].Start == segments[last].End)
        {
            last++;
        }

        var (previous, previousStart) = (string.Empty, 0);
        for (int at = segments[first].Start, end = segments[last].End; at < end;)
        {
            // With its voicing mark, a half-width letter is one character.
            var length = Math.Min(end, at + System.Globalization.StringInfo.GetNextTextElementLength(text.AsSpan(at, end - at))) - at;
            while (at + length < end && text[at + length] is '\uFF9E' or '\uFF9F')
            {
                length++;
            }

            var character = length == 1 ? Character(text[at]) : _words.Compound(text.Substring(at, length));
            if (character.Length > 0)
            {
                if (previous.Length > 0)
                {
                    tokens.Add(previous + character, previousStart, at + length, tokens.NextPosition - 1, TokenKind.Bigram);
                }

                tokens.Add(character, at, at + length, tokens.NextPosition++, TokenKind.Word);
                (previous, previousStart) = (character, at);
            }

            at += length;
        }

        return last + 1;
    }

    private string Character(char character) => Characters[character] ??= _words.Compound(character.ToString());

    private static int AddEmoji(string text, List<Segment> segments, int index, TokenList tokens)
    {
        var (start, end) = (segments[index].Start, segments[index].End);
        var emoji = Emoji.Parse(text.AsSpan(start, end - start));
        if (emoji.Base.Length == 0)
        {
            return index + 1;
        }

        var position = tokens.NextPosition++;
        tokens.Add(emoji.Base, start, end, position, TokenKind.Word);
        foreach (var variant in emoji.Variants)
        {
            tokens.Add(variant, start, end, position, TokenKind.Compound);
        }

        return index + 1;
    }

    private sealed class TokenList(int capacity)
    {
        public List<Token> All { get; } = new(capacity);

        public int NextPosition { get; set; }

        public void Add(string term, int start, int end, int position, TokenKind kind) =>
            All.Add(new Token(term, start, end, position, kind));
    }
}
