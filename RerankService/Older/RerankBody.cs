using EmbedPlatform.RerankService.Reranking;
using EmbedPlatform.ServiceDefaults.Failures;

namespace EmbedPlatform.RerankService.Older;

/// <summary>A query with either the documents or, in the format of text-embeddings-inference, the texts that may answer it.</summary>
/// <param name="Query">The query.</param>
/// <param name="Documents">The documents.</param>
/// <param name="Texts">The documents in TEI's format.</param>
/// <param name="Model">The model; the default one where absent.</param>
/// <param name="TopN">With documents: how many of the best to return; all where absent or more than there are.</param>
/// <param name="ReturnDocuments">With documents: whether results carry the document's text; true where absent.</param>
/// <param name="ReturnText">With texts: whether results carry the text; false where absent.</param>
/// <param name="RawScores">Whether scores are the model's logits instead of their sigmoid; false where absent.</param>
/// <param name="Truncate">With texts: whether those that are too long are cut (true where absent) or refused.</param>
/// <param name="TruncationDirection">With texts: <c>Right</c> (the default) cuts off the end, <c>Left</c> the beginning.</param>
/// <param name="Priority">With documents: <c>interactive</c> (the default; somebody waits) or <c>bulk</c>.</param>
internal sealed record RerankBody(
    string? Query = null, IReadOnlyList<string?>? Documents = null, IReadOnlyList<string?>? Texts = null, string? Model = null, int? TopN = null,
    bool? ReturnDocuments = null, bool? ReturnText = null, bool? RawScores = null, bool? Truncate = null, string? TruncationDirection = null,
    string? Priority = null)
{
    /// <summary>What is wrong with the body in the older server's format.</summary>
    public FieldErrors Validate(int maxDocuments) => new FieldErrors()
        .AddQuery(Query)
        .AddDocuments("documents", Documents, maxDocuments)
        .AddIf(Documents is not null && Texts is not null, "texts", "give documents or texts, not both")
        .AddPositive("top_n", TopN)
        .AddPriority(Priority);

    /// <summary>What a valid body asks for.</summary>
    public RerankQuestion Question() => new(Query!, Documents!) { Model = Model, TopN = TopN, Lane = QuestionRules.Lane(Priority) };
}
