using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Ingestion;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Evaluation;

/// <summary>A folder in the layout of the BEIR benchmark: corpus.jsonl, queries.jsonl, qrels/SPLIT.tsv.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Queries">The queries that have judgements in the split.</param>
internal sealed record BeirDataset(string Folder, IReadOnlyList<JudgedQuery> Queries)
{
    /// <summary>The last part of the folder's path as a collection's name.</summary>
    public string Name
    {
        get
        {
            var folder = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(Folder))).ToLowerInvariant();
            var name = new string([.. folder.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-')]).Trim('-');
            return name.Length > 0 ? name[..Math.Min(name.Length, LongestName)] : "eval";
        }
    }

    private const int LongestName = 60;

    private string CorpusPath => Path.Combine(Folder, "corpus.jsonl");

    /// <summary>Reads queries and judgements; the corpus must exist and is read later.</summary>
    /// <exception cref="CommandException">A file is missing or not in BEIR's format.</exception>
    public static BeirDataset Open(string folder, string split)
    {
        var judgements = ReadJudgements(Existing(Path.Combine(folder, "qrels", $"{split}.tsv")));
        var queries = ReadQueries(Existing(Path.Combine(folder, "queries.jsonl")), judgements);
        var dataset = new BeirDataset(folder, queries);
        Existing(dataset.CorpusPath);
        return dataset;
    }

    /// <summary>How many documents the corpus has.</summary>
    public long CountDocuments() => File.ReadLines(CorpusPath).LongCount(line => !string.IsNullOrWhiteSpace(line));

    /// <summary>Reads the corpus. The title of a document without text becomes its text.</summary>
    public async IAsyncEnumerable<Document> ReadCorpusAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var stream = File.OpenRead(CorpusPath);
        await foreach (var document in DocumentJson.ReadAsync(stream, CorpusPath, cancellationToken))
        {
            yield return string.IsNullOrWhiteSpace(document.Text) ? document with { Title = null, Text = document.Title } : document;
        }
    }

    private static Dictionary<string, Dictionary<string, int>> ReadJudgements(string path)
    {
        var judgements = new Dictionary<string, Dictionary<string, int>>();
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            var parts = line.Split('\t');
            if ((number == 1 && parts[0] == "query-id") || line.Length == 0)
            {
                continue;
            }

            if (parts.Length != 3 || !int.TryParse(parts[2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var grade))
            {
                throw new CommandException($"{path}:{number}: expected query-id, corpus-id and an integer score, separated by tabs");
            }

            if (!judgements.TryGetValue(parts[0], out var ofQuery))
            {
                judgements[parts[0]] = ofQuery = [];
            }

            ofQuery[parts[1]] = grade;
        }

        return judgements.Count > 0 ? judgements : throw new CommandException($"{path} has no judgements");
    }

    private static List<JudgedQuery> ReadQueries(string path, Dictionary<string, Dictionary<string, int>> judgements)
    {
        var queries = new List<JudgedQuery>();
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            var query = DocumentJson.Parse(line, $"{path}:{number}");
            if (judgements.Remove(query.Id!, out var judged))
            {
                queries.Add(new JudgedQuery(query.Id!, query.Text!, judged));
            }
        }

        return judgements.Count == 0
            ? queries
            : throw new CommandException($"{path} is missing {judgements.Count} judged queries, for example {judgements.Keys.First()}");
    }

    private static string Existing(string path) => File.Exists(path) ? path : throw new CommandException($"{path} does not exist");
}

/// <summary>A query and its relevance judgements.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Text">The query's text.</param>
/// <param name="Judgements">Grades by document; above 0 is relevant.</param>
internal sealed record JudgedQuery(string Id, string Text, IReadOnlyDictionary<string, int> Judgements);
