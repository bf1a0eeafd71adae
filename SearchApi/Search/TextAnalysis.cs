using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Analysis;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Failures;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.SearchApi.Search;

/// <summary>Shows how a collection's lexical search reads a text.</summary>
internal sealed class TextAnalysis(CollectionService collections)
{
    /// <exception cref="ApiException">400: the text is missing or too long; 404: no such collection.</exception>
    public async Task<AnalyzeResponse> AnalyzeAsync(string name, AnalyzeRequest request, CancellationToken cancellationToken)
    {
        var collection = await collections.RequireAsync(name, cancellationToken);
        var errors = new FieldErrors();
        SearchPlanner.CheckQuery(request.Text, errors, "text");
        if (errors.Any)
        {
            throw ApiException.Invalid(errors);
        }

        return new AnalyzeResponse(
            collection.Language,
            collection.Settings.FoldAccents ?? true,
            TextAnalyzer.Version,
            [.. collection.Analyzer.Analyze(request.Text!).Select(ToAnalyzed)]
        );
    }

    private static AnalyzedToken ToAnalyzed(Token token) =>
        new(TermPrefix.Strip(token.Term), NameOf(token.Kind), token.Start, token.End, token.Position);

    private static string NameOf(TokenKind kind) => kind == TokenKind.StopWord ? "stop_word" : kind.ToString().ToLowerInvariant();
}
