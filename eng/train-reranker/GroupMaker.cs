using EmbedPlatform.TrainReranker.Data;

namespace EmbedPlatform.TrainReranker;

/// <summary>A query, the passage that answers it, and passages that do not.</summary>
/// <param name="Query">The query's tokens.</param>
/// <param name="Positive">The number of the passage, or -1 where it is <paramref name="PositiveTokens"/>.</param>
/// <param name="PositiveTokens">A passage that is not among the stored ones.</param>
/// <param name="Negatives">The numbers of the others.</param>
/// <param name="Offsets">What is added to the scores while training.</param>
internal sealed record Group(int[] Query, int Positive, int[]? PositiveTokens, int[] Negatives, float[]? Offsets = null);

/// <summary>Draws groups: judged queries, parts of the collection's own texts, and package descriptions.</summary>
internal sealed class GroupMaker
{
    private const int Hard = 50;

    private readonly TrainingOptions _options;
    private readonly Collection _collection;
    private readonly IReadOnlyList<Candidates> _queries;
    private readonly Texts _texts;
    private readonly Random _random;
    private readonly Bm25 _own;
    private readonly List<PackageText> _packages;
    private readonly Bm25 _ofPackages;
    private readonly Queue<Candidates> _shuffled = new();

    public GroupMaker(TrainingOptions options, Collection collection, IReadOnlyList<Candidates> queries, Texts texts)
    {
        (_options, _collection, _queries, _texts, _random) = (options, collection, queries, texts, new Random(options.Seed));
        _packages = [.. Packages.Read(options.Packages).Where(package => !IsHeldOut(package)).Take(8_000)];
        int[][] packages = [.. _packages.Select(package => texts.Tokens(package.Text))];
        Passages = [.. collection.Tokens, .. packages];
        (_own, _ofPackages) = (new Bm25(collection.Tokens), new Bm25(packages));
    }

    /// <summary>The tokens of all stored passages.</summary>
    public IReadOnlyList<int[]> Passages { get; }

    /// <summary>How many package descriptions there are.</summary>
    public int PackageCount => _packages.Count;

    /// <summary>
    /// Whether a package is kept for measuring: all of a third of the alphabet, so that parts of one program stay together.
    /// </summary>
    public static bool IsHeldOut(PackageText package) => package.Name[0] % 3 == 0;

    /// <summary>The next groups of a step, all of the same source, so that their lengths are alike.</summary>
    public IReadOnlyList<Group> Next(int count)
    {
        var draw = _random.NextDouble();
        var groups = new List<Group>();
        while (groups.Count < count)
        {
            if (
                (
                    draw < _options.Claims ? Claim()
                    : draw < _options.Claims + _options.OwnTexts ? Own()
                    : Package()
                ) is
                { } group
            )
            {
                groups.Add(group);
            }
        }

        return groups;
    }

    private Group? Claim()
    {
        if (_shuffled.Count == 0)
        {
            foreach (var one in _queries.OrderBy(_ => _random.Next()))
            {
                _shuffled.Enqueue(one);
            }
        }

        var query = _shuffled.Dequeue();
        var judged = _collection.Judgements[query.Query];
        var pool = query.Documents.Take(Hard).Where(found => judged.GetValueOrDefault(found.Id) <= 0).ToList();
        // Half of them from the first ten, which the reranker has to beat most of all.
        var near = pool.Take(10).OrderBy(_ => _random.Next()).Take((_options.Negatives + 1) / 2).ToList();
        var negatives = near.Concat(pool.Except(near).OrderBy(_ => _random.Next()).Take(_options.Negatives - near.Count)).ToList();
        var positives = judged.Where(pair => pair.Value > 0).Select(pair => pair.Key).ToArray();
        var positive = positives[_random.Next(positives.Length)];
        if (negatives.Count < _options.Negatives)
        {
            return null;
        }

        int[] numbers = [.. negatives.Select(found => _collection.Number(found.Id))];
        return new Group(
            _texts.Tokens(query.Text),
            _collection.Number(positive),
            null,
            numbers,
            Offsets(query, [positive, .. negatives.Select(found => found.Id)])
        );
    }

    /// <summary>What hybrid search says of the passages, so that the reranker learns what that lacks.</summary>
    private float[]? Offsets(Candidates query, string[] ids)
    {
        if (_options.HybridOffset == 0)
        {
            return null;
        }

        var first = query.Documents.Take(Hard).ToList();
        var lexical = FusedOrder.Standard([.. first.Select(found => found.Lexical)]);
        var dense = FusedOrder.Standard([.. first.Select(found => found.Dense)]);
        return
        [
            .. ids.Select(id => first.FindIndex(found => found.Id == id))
                .Select(at => at < 0 ? 0f : (float)(_options.HybridOffset * (lexical[at] + dense[at]))),
        ];
    }

    private Group? Own()
    {
        var number = _random.Next(_collection.Documents.Count);
        var document = _collection.Documents[number];
        var sentences = document.Text.Split(". ", StringSplitOptions.RemoveEmptyEntries);
        string query,
            passage;
        if (_random.Next(3) == 0)
        {
            (query, passage) = (document.Title, document.Text);
        }
        else
        {
            var at = _random.Next(sentences.Length);
            (query, passage) = (
                sentences[at],
                $"{(_random.Next(2) == 0 ? document.Title : "")}\n{string.Join(". ", sentences.Where((_, i) => i != at))}"
            );
        }

        if (query.Length is < 30 or > 250 || passage.Length < 200)
        {
            return null;
        }

        var tokens = _texts.Tokens(query);
        var negatives = Negatives(_own, tokens, number);
        return new Group(tokens, -1, _texts.Tokens(passage[..Math.Min(passage.Length, 1_000)]), negatives);
    }

    private Group Package()
    {
        var number = _random.Next(_packages.Count);
        var tokens = _texts.Tokens(_packages[number].Title);
        var first = _collection.Documents.Count;
        return new Group(tokens, first + number, null, [.. Negatives(_ofPackages, tokens, number).Select(negative => first + negative)]);
    }

    private int[] Negatives(Bm25 index, int[] query, int own)
    {
        var count = index == _own ? _collection.Documents.Count : _packages.Count;
        var hard = index
            .Search(query, 30)
            .Select(found => found.Document)
            .Where(document => document != own)
            .OrderBy(_ => _random.Next())
            .Take(_options.Negatives - 1)
            .ToList();
        while (hard.Count < _options.Negatives)
        {
            var other = _random.Next(count);
            if (other != own)
            {
                hard.Add(other);
            }
        }

        return [.. hard];
    }
}
