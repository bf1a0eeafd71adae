using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Search;
using EmbedPlatform.SearchApi.Search.Legs;
using EmbedPlatform.SearchApi.Search.Lexical;
using EmbedPlatform.SearchApi.Search.Reads;
using EmbedPlatform.SearchApi.Search.Typing;
using EmbedPlatform.SearchApi.Storage.Distribution;
using EmbedPlatform.TestKit;
using Microsoft.Extensions.Options;
using Npgsql;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests.Searching;

public sealed class PostingCacheTests(Platform platform)
{
    private static readonly string[] Queries =
    [
        "the of number3 kind7 word2",
        "the number1 of",
        "number3 number3 kind1 kind2 the",
        "the of",
        "word1",
        "nowhere",
        "filler nowhere kind3",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scores_computed_in_memory_equal_those_of_the_database()
    {
        await using var corpus = await Corpus.StartAsync(platform, documents: 4_000);
        var (memory, database) = (corpus.Search(megabytes: 64), corpus.Search(megabytes: 0));
        var collection = await corpus.SettledAsync(memory);

        foreach (var query in Queries)
        {
            var (inMemory, inDatabase) = (
                await memory.PrepareAsync(collection, QuerySyntax.Read(query), Token),
                await database.PrepareAsync(collection, QuerySyntax.Read(query), Token)
            );
            Assert.NotNull(inMemory.Postings);
            Assert.Null(inDatabase.Postings);
            Assert.Equal(inDatabase.Terms, inMemory.Terms);
            Assert.Equal(inDatabase.Frequencies, inMemory.Frequencies);
            foreach (var limit in (int[])[1, 10, 300])
            {
                Same(
                    await database.TopAsync(collection, inDatabase, limit, SearchScope.Everything, Token),
                    await memory.TopAsync(collection, inMemory, limit, SearchScope.Everything, Token)
                );
            }

            long[] some = [.. Enumerable.Range(1, 400).Select(i => i * 7L)];
            Same(
                [.. (await database.ScoreAsync(collection, inDatabase, some, Token)).OrderBy(hit => hit.DocumentId)],
                await memory.ScoreAsync(collection, inMemory, some, Token)
            );
        }
    }

    [Fact]
    public async Task A_collection_that_was_just_written_to_is_left_to_the_database()
    {
        await using var corpus = await Corpus.StartAsync(platform, documents: 10);
        var search = corpus.Search(megabytes: 64);
        await corpus.SettledAsync(search);

        await corpus.Api.UpsertAsync("many", new { id = "new", text = "kind7 kind7 kind7" });
        var written = await corpus.CollectionAsync();
        var query = await search.PrepareAsync(written, QuerySyntax.Read("kind7"), Token);

        Assert.Null(query.Postings);
        Assert.Equal(2, query.Frequencies[0]);
    }

    [Fact]
    public async Task Later_posting_lists_contain_later_writes()
    {
        await using var corpus = await Corpus.StartAsync(platform, documents: 10);
        var search = corpus.Search(megabytes: 64);
        var before = await search.PrepareAsync(await corpus.SettledAsync(search), QuerySyntax.Read("kind7"), Token);
        await corpus.Api.UpsertAsync("many", new { id = "new", text = "kind7 kind7 kind7" });

        var after = await search.PrepareAsync(await corpus.SettledAsync(search), QuerySyntax.Read("kind7"), Token);

        Assert.Equal(1, before.Postings![0].Count);
        Assert.Equal(2, after.Postings![0].Count);
        Assert.True(after.AverageLength < before.AverageLength);
    }

    [Fact]
    public async Task A_query_with_a_word_in_too_many_documents_is_left_to_the_database()
    {
        await using var corpus = await Corpus.StartAsync(platform, documents: 9_000);
        // An eighth of a megabyte holds a list of 8,192 documents.
        var search = corpus.Search(megabytes: 1);
        var collection = await corpus.SettledAsync(search);

        Assert.Null((await search.PrepareAsync(collection, QuerySyntax.Read("kind7 the"), Token)).Postings);
        Assert.Null((await search.PrepareAsync(collection, QuerySyntax.Read("kind7 the"), Token)).Postings);
        Assert.NotNull((await search.PrepareAsync(collection, QuerySyntax.Read("kind7"), Token)).Postings);
    }

    /// <summary>The same to the last bit.</summary>
    private static void Same(IReadOnlyList<LegHit> expected, IReadOnlyList<LegHit> found) => Assert.Equal(expected, found);

    private sealed class Corpus(Api api, ModelServer models, NpgsqlDataSource database) : IAsyncDisposable
    {
        public Api Api => api;

        public static async Task<Corpus> StartAsync(Platform platform, int documents)
        {
            var models = await ModelServer.StartAsync();
            var api = await platform.StartAsync(models, ("Ingestion:Workers", "0"));
            await api.CreateAsync("many", new { language = "simple" });
            foreach (var part in Enumerable.Range(0, documents).Chunk(1_000))
            {
                await api.UpsertAsync("many", [.. part.Select(i => (object)new { id = $"d{i}", text = Text(i) })]);
            }

            return new Corpus(api, models, NpgsqlDataSource.Create(api.Database));
        }

        public LexicalSearch Search(int megabytes)
        {
            var (reads, options) = (
                new SearchReads(database, new SingleServer()),
                Options.Create(new SearchOptions { PostingMegabytes = megabytes })
            );
            var reader = new PostingReader(reads, new SingleServer());
            return new LexicalSearch(
                reads,
                reader,
                new CachedPostingQueries(new PostingCache(reader, options, TimeProvider.System)),
                new QueryTyping(new WordDictionaries(new WordDictionaryReader(reads), options, TimeProvider.System), options),
                options
            );
        }

        public async Task<CollectionRecord> CollectionAsync() =>
            (await new CollectionStore(database, new SingleServer(), Options.Create(new IngestionOptions())).FindAsync("", "many", Token))!;

        /// <summary>The collection, once its lists are read into memory.</summary>
        public async Task<CollectionRecord> SettledAsync(LexicalSearch search)
        {
            var collection = await CollectionAsync();
            await Eventually.TrueAsync(
                async () => (await search.PrepareAsync(collection, QuerySyntax.Read("word2"), Token)).Postings is not null,
                "the collection has settled"
            );
            return collection;
        }

        public async ValueTask DisposeAsync()
        {
            await database.DisposeAsync();
            await api.DisposeAsync();
            await models.DisposeAsync();
        }

        private static string Text(int i) =>
            string.Join(
                ' ',
                Enumerable
                    .Repeat("the", 1 + (i % 4))
                    .Concat(Enumerable.Repeat("of", 1 + (i % 3)))
                    .Concat(Enumerable.Repeat($"number{i % 150}", 1 + (i % 5)))
                    .Append($"kind{i % 11}")
                    .Append($"word{i % 37}")
                    .Concat(Enumerable.Repeat("filler", i % 13))
            );
    }
}
