using System.Diagnostics;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Analysis;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Failures;
using EmbedPlatform.SearchApi.Search.Lexical;
using EmbedPlatform.SearchApi.Search.Typing;
using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.SearchApi.Search.Suggesting;

/// <summary>
/// Completes the last word of a query: first with the words of the documents that match the earlier ones best, then with the most frequent
/// words of the collection.
/// </summary>
internal sealed class SuggestService(
    CollectionService collections,
    LexicalSearch lexical,
    WordDictionaries dictionaries,
    WordDictionaryReader words,
    QueryTyping typing,
    SuggestedTitles titles,
    IOptions<SearchOptions> options
)
{
    private const int MaxQueryLength = 500;
    private const int MaxLimit = 50;
    private const int DefaultLimit = 5;

    /// <summary>The number of documents whose words complete a query in context.</summary>
    private const int ContextDocuments = 200;

    /// <exception cref="ApiException">400: the request is invalid; 404: no such collection.</exception>
    public async Task<SuggestResponse> SuggestAsync(string name, SuggestRequest request, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var collection = await collections.RequireAsync(name, cancellationToken);
        var errors = new FieldErrors();
        SearchPlanner.CheckQuery(request.Query, errors);
        SearchPlanner.CheckRange(request.Query?.Length, 0, MaxQueryLength, "query", errors, "characters");
        SearchPlanner.CheckRange(request.Limit, 1, MaxLimit, "limit", errors);
        if (errors.Any)
        {
            throw ApiException.Invalid(errors);
        }

        var (query, limit) = (request.Query!, request.Limit ?? DefaultLimit);
        var known = await dictionaries.FindAsync(collection, cancellationToken);
        var unfinished = Unfinished.Of(collection.Analyzer, query);
        var context = await ContextAsync(collection, query[..(unfinished?.Start ?? query.Length)], cancellationToken);
        List<DictionaryWord> completions =
            unfinished is { } last && known.Words is { } dictionary
                ? await CompleteAsync(collection, dictionary, last.Written, context, limit, cancellationToken)
                : [];
        var found = completions.Count > 0 ? await WithAsync(collection, context, completions, cancellationToken) : context.Query;
        return new SuggestResponse(
            [.. completions.Select(word => new Suggestion(context.Text + word.Written, word.Written, word.Documents))],
            await titles.FindAsync(collection, found, limit, cancellationToken),
            new SuggestMetadata(Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 3))
            {
                TypingUnavailable = known.Words is null ? QueryTyping.TooManyWords : null,
            }
        );
    }

    private async Task<Context> ContextAsync(CollectionRecord collection, string head, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(head))
        {
            return new Context(head, [], LexicalQuery.Empty);
        }

        var syntax = QuerySyntax.Read(head) with { Typing = new TypingMode(options.Value.Typo.Enabled, false) };
        var query = await lexical.PrepareAsync(collection, syntax, cancellationToken);
        var scored = collection.Analyzer.AnalyzeQuery(syntax.Text, keepStopWords: true);
        return new Context(query.Typed.DidYouMean ?? head, [.. scored, .. query.Typed.Terms], query);
    }

    private async Task<List<DictionaryWord>> CompleteAsync(
        CollectionRecord collection,
        WordDictionary dictionary,
        string written,
        Context context,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var most = typing.Completions(dictionary, written, options.Value.Typo.Enabled, limit);
        if (context.Query.Terms.Length == 0 || most.Count == 0)
        {
            return most;
        }

        var hits = await lexical.TopAsync(collection, context.Query, ContextDocuments, SearchScope.Everything, cancellationToken);
        var near = await words.ReadAsync(collection, [.. hits.Select(hit => hit.DocumentId)], cancellationToken);
        var inContext = dictionary.CountBeginning(near, dictionary.KeyOf(written));
        return
        [
            .. inContext
                .OrderByDescending(word => word.Count)
                .ThenByDescending(word => word.Word.Documents)
                .ThenBy(word => word.Word.Written, StringComparer.Ordinal)
                .Select(word => word.Word)
                .Concat(most)
                .DistinctBy(word => word.Written)
                .Take(limit),
        ];
    }

    private Task<LexicalQuery> WithAsync(
        CollectionRecord collection,
        Context context,
        List<DictionaryWord> completions,
        CancellationToken cancellationToken
    ) =>
        lexical.WeighAsync(
            collection,
            [.. context.Words, QueryTyping.OneOf(collection.Analyzer, completions.Select(word => word.Written))],
            [],
            cancellationToken
        );

    /// <summary>The part of a query before the word to complete.</summary>
    private sealed record Context(string Text, IReadOnlyList<QueryTerm> Words, LexicalQuery Query);

    /// <summary>The word that a query ends with.</summary>
    private sealed record Unfinished(string Written, int Start)
    {
        public static Unfinished? Of(TextAnalyzer analyzer, string query)
        {
            var last = analyzer
                .Analyze(query)
                .LastOrDefault(token => token.Kind is TokenKind.Word or TokenKind.StopWord && token.End == query.Length);
            if (last.Term is null)
            {
                return null;
            }

            var written = analyzer.Forms(query.AsSpan(last.Start)).Written;
            return written.Length > 0 ? new Unfinished(written, last.Start) : null;
        }
    }
}
