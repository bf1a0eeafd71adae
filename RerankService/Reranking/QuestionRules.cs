using EmbedPlatform.Inference.Execution;
using EmbedPlatform.ServiceDefaults.Failures;

namespace EmbedPlatform.RerankService.Reranking;

/// <summary>What every wire format asks of the fields that they share.</summary>
internal static class QuestionRules
{
    private const string BlankMessage = "must not be blank";

    /// <summary>What a document is that makes no tokens together with the query.</summary>
    public const string NothingToRead = "has with the query nothing in it that the model can read";

    public static FieldErrors AddQuery(this FieldErrors errors, string? query) => errors
        .AddIf(query is null, "query", "is required")
        .AddIf(query is not null && Blank.Is(query), "query", BlankMessage);

    /// <param name="errors">The errors.</param>
    /// <param name="field">What the format calls the documents.</param>
    /// <param name="documents">The documents.</param>
    /// <param name="most">How many there may be.</param>
    public static FieldErrors AddDocuments(this FieldErrors errors, string field, IReadOnlyList<string?>? documents, int most)
    {
        errors.AddCount(field, documents?.Count, most);
        for (var i = 0; i < Math.Min(documents?.Count ?? 0, most); i++)
        {
            if (Blank.Is(documents![i]))
            {
                errors.AddText($"{field}[{i}]", documents[i]);
            }
        }

        return errors;
    }

    public static FieldErrors AddCount(this FieldErrors errors, string field, int? count, int most) => errors
        .AddIf(count is null, field, "is required")
        .AddIf(count == 0, field, "must not be empty")
        .AddIf(count > most, field, $"must not hold more than {most} documents");

    public static FieldErrors AddText(this FieldErrors errors, string path, string? text) => errors
        .AddIf(text is null, path, "must be a string")
        .AddIf(text is not null && Blank.Is(text), path, BlankMessage);

    public static FieldErrors AddPositive(this FieldErrors errors, string field, int? number) =>
        errors.AddIf(number < 1, field, "must be 1 or more");

    public static FieldErrors AddPriority(this FieldErrors errors, string? priority) =>
        errors.AddIf(priority is not (null or "interactive" or "bulk"), "priority", "must be interactive or bulk");

    public static Lane Lane(string? priority) => priority == "bulk" ? Inference.Execution.Lane.Bulk : Inference.Execution.Lane.Interactive;
}
