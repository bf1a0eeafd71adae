using System.Text;
using EmbedPlatform.SearchApi.Analysis;
using EmbedPlatform.SearchApi.Collections;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.SearchApi.Search.Typing;

/// <summary>
/// Finds what the words of a query may mean: the words of the collection within a few edits of an unknown word, and those that begin with
/// an unfinished one. Written words are compared, not stems: a mistyped ending changes the stem.
/// </summary>
internal sealed class QueryTyping(WordDictionaries dictionaries, IOptions<SearchOptions> options)
{
    /// <summary>The reason if a dictionary does not fit into memory.</summary>
    public const string TooManyWords = "the words of the collection take more memory than Search:Typo:DictionaryMegabytes";

    /// <summary>The number of words that an unfinished word is completed to.</summary>
    public const int MaxCompletions = 64;

    /// <summary>The number of similar words that are stemmed.</summary>
    private const int MaxSimilar = 64;

    /// <summary>A word in at most this many documents may be a mistyped one.</summary>
    private const int RareDocuments = 2;

    /// <summary>How many times as frequent a correction of a rare word must be.</summary>
    private const int MuchMore = 20;

    /// <summary>The share of the weight that an edit leaves.</summary>
    private const double EditShare = 0.8;

    /// <summary>How much less likely each further edit is.</summary>
    private const double EditLikelihood = 0.02;

    /// <summary>The share of the weight of the correction of a word that occurs.</summary>
    private const double RareShare = 0.3;

    /// <summary>A correction of less likelihood is left out.</summary>
    private const double MinLikelihood = 0.02;

    /// <summary>The share of the weight that a completion has: a word that is typed in full ranks first.</summary>
    private const double CompletionShare = 0.7;

    private TypoOptions Options => options.Value.Typo;

    public async Task<TypedWords> ReadAsync(
        CollectionRecord collection,
        TypedQuery query,
        TypingMode mode,
        CancellationToken cancellationToken
    )
    {
        var words = QueryWord.Of(collection.Analyzer, query);
        var last = mode.Prefix ? words.FirstOrDefault(word => word.End == query.Text.Length) : null;
        var rare = mode.Typos ? words.Where(word => MayBeMistyped(word, query.Frequencies)).ToList() : [];
        if (last is null && rare.Count == 0)
        {
            return TypedWords.AsTyped;
        }

        var known = await dictionaries.FindAsync(collection, cancellationToken);
        if (known.Words is not { } dictionary)
        {
            return new TypedWords { UnknownPrefix = last?.Written, Unavailable = TooManyWords };
        }

        var completions = last is null ? null : Complete(collection.Analyzer, dictionary, last, mode.Typos);
        var corrections = rare.Where(word => completions is null || word != last)
            .Select(word => Correct(collection.Analyzer, dictionary, word, query.Frequencies))
            .OfType<WordCorrection>()
            .ToList();
        return new TypedWords
        {
            Corrections = corrections,
            Completions = completions,
            DidYouMean = Replace(query.Text, corrections),
            IsOutdated = !known.IsCurrent,
        };
    }

    /// <summary>The words that an unfinished word may become, most frequent first.</summary>
    public List<DictionaryWord> Completions(WordDictionary dictionary, string written, bool typos, int limit)
    {
        var prefix = dictionary.KeyOf(written);
        var found = dictionary.Completions(prefix, limit);
        return found.Count > 0 || !typos || prefix.Length < Options.OneEditFrom || WrittenWords.HasDigit(prefix)
            ? found
            : dictionary.Best(dictionary.BeginningNear(prefix, 1).Select(word => word.Index), limit);
    }

    /// <summary>A word of a query that stands for several words of the collection.</summary>
    public static QueryTerm OneOf(TextAnalyzer analyzer, IEnumerable<string> written) =>
        new(
            [
                .. written
                    .SelectMany(word => analyzer.AnalyzeQuery(word, keepStopWords: false))
                    .SelectMany(term => term.Variants)
                    .GroupBy(variant => variant.Term, StringComparer.Ordinal)
                    .Select(same => new TermVariant(same.Key, CompletionShare * same.Max(variant => variant.Boost))),
            ],
            1
        );

    private bool MayBeMistyped(QueryWord word, IReadOnlyDictionary<string, long> frequencies) =>
        !word.IsIdentifier
        && !word.IsStopWord
        && word.Written.Length >= Options.OneEditFrom
        && DocumentsOf(word, frequencies) <= RareDocuments;

    private static long DocumentsOf(QueryWord word, IReadOnlyDictionary<string, long> frequencies) =>
        word.Terms.Sum(variant => frequencies.GetValueOrDefault(variant.Term));

    private QueryTerm? Complete(TextAnalyzer analyzer, WordDictionary dictionary, QueryWord last, bool typos)
    {
        var completions = Completions(dictionary, last.Written, typos, MaxCompletions);
        return completions.Count == 0 ? null : OneOf(analyzer, completions.Select(word => word.Written));
    }

    private WordCorrection? Correct(
        TextAnalyzer analyzer,
        WordDictionary dictionary,
        QueryWord word,
        IReadOnlyDictionary<string, long> frequencies
    )
    {
        var key = dictionary.KeyOf(word.Written);
        var own = DocumentsOf(word, frequencies);
        var maxEdits =
            key.Length < Options.OneEditFrom ? 0
            : own > 0 || key.Length < Options.TwoEditsFrom ? 1
            : 2;
        var near = dictionary
            .Near(key, maxEdits)
            .Where(found => found.Edits > 0)
            .Select(found => (Word: dictionary[found.Index], found.Edits))
            .Where(found => !WrittenWords.HasDigit(found.Word.Written) && found.Word.Documents >= own * MuchMore)
            .Select(found => (found.Word, found.Edits, Likelihood: found.Word.Documents * Math.Pow(EditLikelihood, found.Edits)))
            .OrderByDescending(found => found.Likelihood)
            .ThenBy(found => found.Word.Written, StringComparer.Ordinal)
            .ToList();
        var sum = near.Sum(found => found.Likelihood);
        var candidates = near.Take(MaxSimilar)
            .Where(found => !found.Word.IsStopWord)
            .SelectMany(found =>
                analyzer
                    .AnalyzeQuery(found.Word.Written, keepStopWords: false)
                    .Select(term => (found.Word, found.Edits, found.Likelihood, Term: term))
            )
            // The forms of a word have the same stem.
            .GroupBy(found => found.Term.Variants[0].Term, StringComparer.Ordinal)
            .Select(same => (same.First().Word, same.First().Edits, same.First().Term, Share: same.Sum(form => form.Likelihood) / sum))
            .Where(found => found.Share >= MinLikelihood)
            .OrderByDescending(found => found.Share)
            .ThenBy(found => found.Word.Written, StringComparer.Ordinal)
            .Take(Options.MaxExpansions)
            .Select(found =>
                (
                    found.Share,
                    CorrectedWord: new CorrectedWord(
                        found.Word.Written,
                        Scale(found.Term, found.Share * Math.Pow(EditShare, found.Edits) * (own > 0 ? RareShare : 1) * word.Repeats)
                    )
                )
            )
            .ToList();
        return candidates.Count == 0
            ? null
            : new WordCorrection(
                word.Text,
                word.Start,
                word.End,
                [.. candidates.Select(found => found.CorrectedWord)],
                near[0].Word.IsStopWord ? null : near[0].Word.Written
            );
    }

    private static QueryTerm Scale(QueryTerm term, double share) =>
        new([.. term.Variants.Select(variant => variant with { Boost = variant.Boost * share })], 1);

    private static string? Replace(string query, List<WordCorrection> corrections)
    {
        var (replaced, at) = (new StringBuilder(), 0);
        foreach (
            var correction in corrections.Where(correction => correction.Replacement is not null).OrderBy(correction => correction.Start)
        )
        {
            replaced.Append(query, at, correction.Start - at).Append(Cased(correction.Replacement!, correction.Word));
            at = correction.End;
        }

        return at == 0 ? null : replaced.Append(query, at, query.Length - at).ToString();
    }

    private static string Cased(string replacement, string word) =>
        word.Length > 1 && word.All(char.IsUpper) ? replacement.ToUpperInvariant()
        : char.IsUpper(word[0]) ? char.ToUpperInvariant(replacement[0]) + replacement[1..]
        : replacement;
}
