using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.RerankService.Reranking;

/// <summary>The rules of fields that several wire formats share.</summary>
internal static class RerankRequestValidator
{
    public const string NoTokensMessage = "contains no text that the model can tokenize";

    private const string BlankMessage = "must not be blank";

    public static FieldErrors RequireQuery(this FieldErrors errors, string? query) =>
        errors.AddIf(query is null, "query", "is required").AddIf(query is not null && TextRules.IsBlank(query), "query", BlankMessage);

    /// <param name="field">The format's name for the documents.</param>
    public static FieldErrors RequireDocuments(this FieldErrors errors, string field, IReadOnlyList<string?>? documents, int maxDocuments)
    {
        errors.RequireCount(field, documents?.Count, maxDocuments);
        for (var i = 0; i < Math.Min(documents?.Count ?? 0, maxDocuments); i++)
        {
            if (TextRules.IsBlank(documents![i]))
            {
                errors.Add($"{field}[{i}]", documents[i] is null ? "must be a string" : BlankMessage);
            }
        }

        return errors;
    }

    public static FieldErrors RequireCount(this FieldErrors errors, string field, int? count, int maxDocuments) =>
        errors
            .AddIf(count is null, field, "is required")
            .AddIf(count == 0, field, "must not be empty")
            .AddIf(count > maxDocuments, field, $"must not hold more than {maxDocuments} documents");

    public static FieldErrors CheckPositive(this FieldErrors errors, string field, int? number) =>
        errors.AddIf(number < 1, field, "must be 1 or more");
}
