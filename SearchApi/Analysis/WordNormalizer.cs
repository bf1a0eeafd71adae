using ICU4N.Text;
using Lucene.Net.Analysis;
using Lucene.Net.Analysis.TokenAttributes;
using Microsoft.Extensions.ObjectPool;

namespace EmbedPlatform.SearchApi.Analysis;

/// <summary>The terms of a word.</summary>
/// <param name="Stem">The stem of the word without accents, the same however its accents are typed.</param>
/// <param name="IsStopWord">Whether the word is too frequent to score.</param>
internal sealed record WordForms(string Stem, bool IsStopWord)
{
    /// <summary>The stem of the word with accents, without them, if it differs: stemmers often depend on accents.</summary>
    public string? FoldedStem { get; init; }

    /// <summary>The form with accents; null for a word without.</summary>
    public string? Spelt { get; init; }

    /// <summary>The word before it is stemmed: in folded case, with its accents.</summary>
    public string Written { get; init; } = string.Empty;
}

/// <summary>
/// Turns words into terms: compatibility forms and case are folded (NFKC_Casefold), then the language's rules normalise and stem them, then
/// accents are removed. The forms of recent words are kept, because a few thousand words make up most of any text.
/// </summary>
internal sealed class WordNormalizer(Language language, bool foldAccents)
{
    /// <summary>PostgreSQL's B-trees take entries up to 2,700 bytes.</summary>
    private const int MaxTermLength = 255;

    private const int Slots = 1 << 15;

    private static readonly Normalizer2 CaseFold = Normalizer2.GetInstance(null, "nfkc_cf", Normalizer2Mode.Compose);

    // References, because other threads must never see the word of one entry with the forms of another.
    private readonly Entry?[] _recent = new Entry?[Slots];
    private readonly ObjectPool<WordFilter> _normalise = new DefaultObjectPool<WordFilter>(new Policy(language.Normalise));
    private readonly ObjectPool<WordFilter> _stem = new DefaultObjectPool<WordFilter>(new Policy(language.Stem));

    /// <summary>The forms of a word as it stands in a text.</summary>
    public WordForms Forms(ReadOnlySpan<char> word)
    {
        var slot = string.GetHashCode(word) & (Slots - 1);
        if (_recent[slot] is { } recent && word.SequenceEqual(recent.Word))
        {
            return recent.Forms;
        }

        var surface = word.ToString();
        var forms = Build(Normalise(surface));
        _recent[slot] = new Entry(surface, forms);
        return forms;
    }

    /// <summary>A word in folded case, without elisions and possessives.</summary>
    public string Normalise(string word) => Filter(_normalise, Fold(word));

    public bool IsStopWord(string normalised) => language.StopWords.Contains(normalised);

    /// <summary>A compound that is not a word, such as a file name: folded, but not stemmed.</summary>
    public string Compound(string text) => Limit(foldAccents ? AccentFolding.Fold(Fold(text)) : Fold(text));

    private WordForms Build(string word)
    {
        // Characters without a form of their own, such as a soft hyphen alone.
        if (word.Length == 0)
        {
            return new WordForms(string.Empty, false);
        }

        if (IsStopWord(word))
        {
            return new WordForms(Limit(TermPrefix.StopWord + word), true) { Written = word };
        }

        var stem = Filter(_stem, word);
        var unaccented = foldAccents ? AccentFolding.Fold(word) : word;
        // A mark alone stays.
        if (unaccented == word || unaccented.Length == 0)
        {
            return new WordForms(Limit(stem), false) { Written = word };
        }

        var foldedStem = AccentFolding.Fold(stem);
        var stemOfFolded = Filter(_stem, unaccented);
        return new WordForms(Limit(TermPrefix.Folded + stemOfFolded), false)
        {
            Written = word,
            FoldedStem = foldedStem == stemOfFolded ? null : Limit(TermPrefix.Folded + foldedStem),
            Spelt = Limit(foldedStem == stem ? TermPrefix.Spelt + word : stem),
        };
    }

    private string Fold(string word)
    {
        if (word.Length > 0 && char.IsAsciiDigit(word[0]) && Numbers.IsGrouped(word))
        {
            return word.Replace(",", string.Empty, StringComparison.Ordinal);
        }

        if (System.Text.Ascii.IsValid(word))
        {
            return language.Name == Language.Turkish ? word.Replace('I', 'ı').ToLowerInvariant() : word.ToLowerInvariant();
        }

        if (language.Name == Language.Turkish)
        {
            word = word.Normalize(System.Text.NormalizationForm.FormC).Replace('I', 'ı').Replace('İ', 'i');
        }

        return CaseFold.Normalize(Numbers.WithAsciiDigits(word.Replace('\u2019', '\'')));
    }

    private static string Filter(ObjectPool<WordFilter> filters, string word)
    {
        var filter = filters.Get();
        var filtered = filter.Apply(word);
        filters.Return(filter);
        return filtered;
    }

    // A surrogate pair is not split.
    private static string Limit(string term) =>
        term.Length <= MaxTermLength ? term
        : char.IsHighSurrogate(term[MaxTermLength - 1]) ? term[..(MaxTermLength - 1)]
        : term[..MaxTermLength];

    private sealed record Entry(string Word, WordForms Forms);

    private sealed class Policy(Func<TokenStream, TokenStream> build) : PooledObjectPolicy<WordFilter>
    {
        public override WordFilter Create() => new(build);

        public override bool Return(WordFilter obj) => true;
    }

    /// <summary>Lucene's token filters, applied to one word.</summary>
    private sealed class WordFilter
    {
        private readonly OneWord _source = new();
        private readonly TokenStream? _filter;
        private readonly ICharTermAttribute _term;

        public WordFilter(Func<TokenStream, TokenStream> build)
        {
            var filter = build(_source);
            _filter = ReferenceEquals(filter, _source) ? null : filter;
            _term = filter.AddAttribute<ICharTermAttribute>();
        }

        public string Apply(string word)
        {
            if (_filter is null || word.Length == 0)
            {
                return word;
            }

            _source.Next = word;
            _filter.Reset();
            // A stem can be empty; such a word keeps its form.
            return _filter.IncrementToken() && _term.Length > 0 ? _term.ToString()! : word;
        }
    }

    private sealed class OneWord : TokenStream
    {
        private readonly ICharTermAttribute _term;

        public OneWord() => _term = AddAttribute<ICharTermAttribute>();

        public string? Next { get; set; }

        public override bool IncrementToken()
        {
            if (Next is null)
            {
                return false;
            }

            ClearAttributes();
            _term.SetEmpty().Append(Next);
            Next = null;
            return true;
        }
    }
}
