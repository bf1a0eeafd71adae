using EmbedPlatform.ServiceDefaults.Failures;

namespace EmbedPlatform.RerankService.Reranking;

/// <summary>A query and the documents that may answer it.</summary>
/// <param name="Query">The query.</param>
/// <param name="Documents">The documents.</param>
/// <param name="TopN">How many of the best to return; all where absent or more than there are.</param>
/// <param name="ReturnDocuments">Whether results carry the document's text; true where absent.</param>
/// <param name="RawScores">Whether scores are the model's logits instead of their sigmoid; false where absent.</param>
internal sealed record RerankBody(
    string? Query = null, IReadOnlyList<string?>? Documents = null, int? TopN = null, bool? ReturnDocuments = null, bool? RawScores = null)
{
    private const string BlankMessage = "must not be blank";

    /// <summary>What is wrong with the body.</summary>
    public FieldErrors Validate(int maxDocuments)
    {
        var errors = new FieldErrors();
        errors.AddIf(Query is null, "query", "is required");
        errors.AddIf(Query is not null && string.IsNullOrWhiteSpace(Query), "query", BlankMessage);
        errors.AddIf(Documents is null, "documents", "is required");
        errors.AddIf(Documents is { Count: 0 }, "documents", "must not be empty");
        errors.AddIf(Documents?.Count > maxDocuments, "documents", $"must not hold more than {maxDocuments} documents");
        for (var i = 0; i < (Documents?.Count ?? 0); i++)
        {
            errors.AddIf(Documents![i] is null, $"documents[{i}]", "must be a string");
            errors.AddIf(Documents[i] is { } text && string.IsNullOrWhiteSpace(text), $"documents[{i}]", BlankMessage);
        }

        return errors.AddIf(TopN < 1, "top_n", "must be 1 or more");
    }
}
