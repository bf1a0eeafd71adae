using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.TrainReranker.Data;

/// <summary>The judged collection and what its training queries found.</summary>
internal sealed class Collection
{
    private const int HeldOutFold = 0;
    private const int Folds = 5;

    private readonly Dictionary<string, int> _numbers;

    public Collection(string folder, string candidates, string split, Texts texts)
    {
        Documents = Beir.Corpus(folder);
        Tokens = [.. Documents.Select(document => texts.Tokens(document.Passage))];
        _numbers = Documents.Select((document, number) => (document.Id, number)).ToDictionary(pair => pair.Id, pair => pair.number);
        Judgements = Beir.Judgements(folder, split);
        Queries = Candidates.Read(candidates);
    }

    public IReadOnlyList<BeirDocument> Documents { get; }

    public IReadOnlyList<int[]> Tokens { get; }

    public Dictionary<string, Dictionary<string, int>> Judgements { get; }

    public IReadOnlyList<Candidates> Queries { get; }

    /// <summary>The number of a document.</summary>
    public int Number(string id) => _numbers[id];

    /// <summary>
    /// The queries of one fifth, for which no weights are trained, and the others. Claims about the same document, often one the negation
    /// of the other, are in the same part.
    /// </summary>
    public (List<Candidates> Trained, List<Candidates> HeldOut) Parts()
    {
        var held = Queries.ToLookup(query => IsHeldOut(query));
        return ([.. held[false]], [.. held[true]]);
    }

    private bool IsHeldOut(Candidates query) => Number(Judgements[query.Query].Keys.Min(StringComparer.Ordinal)!) % Folds == HeldOutFold;
}
