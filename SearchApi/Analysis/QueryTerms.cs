namespace EmbedPlatform.SearchApi.Analysis;

/// <summary>A term of the index that matches a word of a query.</summary>
/// <param name="Boost">The share of the word's weight.</param>
internal readonly record struct TermVariant(string Term, double Boost);

/// <summary>A word of a query.</summary>
/// <param name="Variants">The terms that match it. Their documents count together as the word's document frequency.</param>
/// <param name="Repeats">The word's frequency in the query.</param>
internal sealed record QueryTerm(IReadOnlyList<TermVariant> Variants, int Repeats);

/// <summary>Selects the terms of a query and weights their spellings: the one in the query ranks first.</summary>
internal static class QueryTerms
{
    private const double OtherSpelling = 0.9;
    private const double SameSpelling = 1 - OtherSpelling;

    public static IReadOnlyList<QueryTerm> From(List<Token> tokens, bool keepStopWords)
    {
        var scored = Group(tokens, TokenKind.Word);
        return scored.Count > 0 || !keepStopWords ? scored : Group(tokens, TokenKind.StopWord);
    }

    private static List<QueryTerm> Group(List<Token> tokens, TokenKind words)
    {
        var inBigrams = tokens
            .Where(token => token.Kind == TokenKind.Bigram)
            .SelectMany(token => new[] { token.Position, token.Position + 1 })
            .ToHashSet();
        var found = new List<(string Key, IReadOnlyList<TermVariant> Variants)>();
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            if (token.Kind == TokenKind.Variant || (token.Kind is TokenKind.Word or TokenKind.StopWord && token.Kind != words))
            {
                continue;
            }

            // A pair of characters says more than each of them.
            if (token.Kind != TokenKind.Word || !inBigrams.Contains(token.Position))
            {
                found.Add((token.Term, Variants(token.Term, tokens.Skip(i + 1).TakeWhile(next => next.Kind == TokenKind.Variant))));
            }
        }

        return [.. found.GroupBy(word => word.Key, (_, same) => new QueryTerm(same.First().Variants, same.Count()))];
    }

    private static List<TermVariant> Variants(string term, IEnumerable<Token> variants)
    {
        if (term[0] != TermPrefix.Folded)
        {
            return term[0] == TermPrefix.StopWord
                ? [new TermVariant(term, 1)]
                : [new TermVariant(term, 1), new TermVariant(TermPrefix.Folded + term, OtherSpelling)];
        }

        var others = variants.Select(variant => variant.Term).ToList();
        var folded = others.FirstOrDefault(other => other[0] == TermPrefix.Folded) ?? term;
        var spelt = others.FirstOrDefault(other => other[0] != TermPrefix.Folded);
        return
        [
            new TermVariant(TermPrefix.Strip(term), OtherSpelling),
            new TermVariant(folded, OtherSpelling),
            .. spelt is null ? [] : new[] { new TermVariant(spelt, SameSpelling) },
        ];
    }
}
