using System.Text.Json;
using EmbedPlatform.SearchApi.Analysis;
using EmbedPlatform.TestKit;
using Lucene.Net.Analysis.TokenAttributes;
using Lucene.Net.Documents;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Search.Similarities;
using Lucene.Net.Store;
using Lucene.Net.Util;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests.Searching;

/// <summary>The lexical leg against an index of Lucene over the same texts.</summary>
public sealed class LuceneComparisonTests(Platform platform)
{
    private const LuceneVersion Version = LuceneVersion.LUCENE_48;
    private const string Folder = "eval/scifact";
    private const float K1 = 0.9f;
    private const float B = 0.4f;
    private const int Depth = 100;

    [Fact]
    public async Task Ranking_and_scores_are_those_of_Lucene_on_SciFact()
    {
        var folder = SharedAssets.Require(Folder);
        var documents = Read(Path.Combine(folder, "corpus.jsonl"))
            .Select(d =>
                (
                    Id: d.GetProperty("_id").GetString()!,
                    Title: d.GetProperty("title").GetString()!,
                    Text: d.GetProperty("text").GetString()!
                )
            )
            .ToList();
        var judged = File.ReadLines(Path.Combine(folder, "qrels", "test.tsv")).Skip(1).Select(line => line.Split('\t')[0]).ToHashSet();
        var queries = Read(Path.Combine(folder, "queries.jsonl"))
            .Where(q => judged.Contains(q.GetProperty("_id").GetString()!))
            .Select(q => q.GetProperty("text").GetString()!)
            .ToList();
        Assert.Equal((5183, 300), (documents.Count, queries.Count));
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models, ("Ingestion:Workers", "0"));
        await api.CreateAsync("c", new { fold_accents = false });
        foreach (var part in documents.Chunk(500))
        {
            await api.UpsertAsync(
                "c",
                [
                    .. part.Select(d =>
                        (object)
                            new
                            {
                                id = d.Id,
                                title = d.Title,
                                text = d.Text,
                            }
                    ),
                ]
            );
        }

        var analyzer = TextAnalyzer.For(Language.Default, foldAccents: false);
        using var index = new LuceneIndex(documents.Select(d => (d.Id, analyzer.Analyze($"{d.Title}\n {d.Text}"))));
        foreach (var query in queries)
        {
            var ours = (
                await api.SearchAsync(
                    "c",
                    new
                    {
                        query,
                        mode = "lexical",
                        limit = Depth,
                        typo_tolerance = false,
                    }
                )
            ).Results;
            var theirs = index.Search(analyzer.AnalyzeQuery(query, keepStopWords: true), Depth);

            Assert.Equal(theirs.Count, ours.Count);
            for (var i = 0; i < ours.Count; i++)
            {
                // Equal scores may stand in any order.
                Assert.Equal(theirs[i].Score, ours[i].Score, theirs[i].Score * 1e-4);
                Assert.True(
                    ours[i].Id == theirs[i].Id || Math.Abs(index.Score(ours[i].Id, theirs) - ours[i].Score) < ours[i].Score * 1e-4,
                    query
                );
            }
        }
    }

    private static IEnumerable<JsonElement> Read(string file) =>
        File.ReadLines(file).Select(line => JsonSerializer.Deserialize<JsonElement>(line));

    private sealed class LuceneIndex : IDisposable
    {
        private readonly RAMDirectory _directory = new();
        private readonly DirectoryReader _reader;
        private readonly IndexSearcher _searcher;

        public LuceneIndex(IEnumerable<(string Id, List<Token> Tokens)> documents)
        {
            var lengths = 0L;
            var count = 0;
            var similarity = new Bm25 { Average = 1 };
            using (var writer = new IndexWriter(_directory, new IndexWriterConfig(Version, null) { Similarity = similarity }))
            {
                foreach (var (id, tokens) in documents)
                {
                    var scored = tokens.Where(token => token.Kind != TokenKind.StopWord).ToList();
                    lengths += scored.Count(token => token.Kind == TokenKind.Word);
                    count++;
                    writer.AddDocument([new StringField("id", id, Field.Store.YES), new TextField("text", new Tokens(scored))]);
                }
            }

            _reader = DirectoryReader.Open(_directory);
            _searcher = new IndexSearcher(_reader) { Similarity = new Bm25 { Average = lengths / (float)count } };
        }

        public List<(string Id, double Score)> Search(IReadOnlyList<QueryTerm> words, int limit)
        {
            var query = new BooleanQuery();
            foreach (var word in words)
            {
                query.Add(new TermQuery(new Term("text", word.Variants[0].Term)) { Boost = word.Repeats }, Occur.SHOULD);
            }

            return [.. _searcher.Search(query, limit).ScoreDocs.Select(hit => (_searcher.Doc(hit.Doc).Get("id"), (double)hit.Score))];
        }

        public double Score(string id, List<(string Id, double Score)> hits) => hits.FirstOrDefault(hit => hit.Id == id).Score;

        public void Dispose()
        {
            _reader.Dispose();
            _directory.Dispose();
        }
    }

    private sealed class Tokens(List<Token> tokens) : Lucene.Net.Analysis.TokenStream
    {
        private int _next;

        public override bool IncrementToken()
        {
            if (_next == tokens.Count)
            {
                return false;
            }

            ClearAttributes();
            var token = tokens[_next++];
            AddAttribute<ICharTermAttribute>().SetEmpty().Append(token.Term);
            AddAttribute<IPositionIncrementAttribute>().PositionIncrement = token.Kind == TokenKind.Word ? 1 : 0;
            return true;
        }
    }

    /// <summary>Lucene's formula with exact lengths: its own class stores them in a byte.</summary>
    private sealed class Bm25 : Similarity
    {
        public required float Average { get; init; }

        public override long ComputeNorm(FieldInvertState state) => state.Length - state.NumOverlap;

        public override SimWeight ComputeWeight(
            float queryBoost,
            CollectionStatistics collectionStats,
            params TermStatistics[] termStats
        ) => new Weight(queryBoost, new Idf().Of(termStats[0].DocFreq, collectionStats.MaxDoc));

        public override SimScorer GetSimScorer(SimWeight weight, AtomicReaderContext context) =>
            new Scorer((Weight)weight, context.AtomicReader.GetNormValues("text"), Average);

        private sealed class Idf : BM25Similarity
        {
            public float Of(long frequency, long documents) => base.Idf(frequency, documents);
        }

        private sealed class Weight(float boost, float idf) : SimWeight
        {
            public float Value { get; } = boost * idf;

            public override float GetValueForNormalization() => 1;

            public override void Normalize(float queryNorm, float topLevelBoost) { }
        }

        private sealed class Scorer(Weight weight, NumericDocValues lengths, float average) : SimScorer
        {
            public override float Score(int doc, float freq) =>
                weight.Value * freq * (K1 + 1) / (freq + (K1 * (1 - B + (B * lengths.Get(doc) / average))));

            public override float ComputeSlopFactor(int distance) => 1;

            public override float ComputePayloadFactor(int doc, int start, int end, BytesRef payload) => 1;
        }
    }
}
