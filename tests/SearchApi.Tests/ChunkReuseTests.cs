using EmbedPlatform.SearchApi.Ingestion;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests;

public sealed class ChunkReuseTests(Platform platform)
{
    private static string Sentence(int i) => $"Sentence number{i} speaks of topic{i} and nothing else here.";

    [Fact]
    public async Task Of_a_changed_document_only_the_changed_chunks_are_embedded_and_the_others_keep_their_rows()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c", new { chunk_by = "heading", chunk_overlap = 0 });
        string Text(IEnumerable<int> sections) => string.Join("\n", sections.Select(i => $"# Part {i}\n{Sentence(i)}"));
        await api.UpsertAsync("c", new { id = "1", text = Text(Enumerable.Range(0, 40)) });
        await api.EmbeddedAsync("c");
        Assert.Equal(40, models.Indexed.Count);
        var before = await RowsAsync(api);

        models.Indexed.Clear();
        // One section goes, two are new, one of them in front, so that every other one moves.
        await api.UpsertAsync("c", new { id = "1", text = Text([100, .. Enumerable.Range(0, 40).Where(i => i != 7), 101]) });
        await api.EmbeddedAsync("c");

        Assert.Equal([$"# Part 100\n{Sentence(100)}", $"# Part 101\n{Sentence(101)}"], models.Indexed.Order());
        var after = await RowsAsync(api);
        Assert.Equal(41, after.Count);
        Assert.Equal(39, after.Keys.Intersect(before.Keys).Count());
        Assert.All(after.Where(row => before.ContainsKey(row.Key)), row => Assert.Equal(before[row.Key].Text, row.Value.Text));
        Assert.Equal(Enumerable.Range(0, 41), after.Values.Select(row => row.Ordinal).Order());
        Assert.Equal($"# Part 100\n{Sentence(100)}", after.Values.Single(row => row.Ordinal == 0).Text);
        var found = await api.SearchAsync("c", new { query = "topic7", mode = "lexical" });
        Assert.Empty(found.Results);
        Assert.Equal(41, (await api.GetAsync("c")).Chunks);
    }

    [Fact]
    public async Task A_re_embedded_collection_is_searched_by_its_old_vectors_until_every_chunk_has_a_new_one()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c");
        await api.CreateAsync("other");
        await api.UpsertAsync("c", new { id = "1", text = Sentence(1) }, new { id = "2", text = Sentence(2) });
        await api.UpsertAsync("other", new { id = "1", text = Sentence(3) });
        await api.EmbeddedAsync("c");
        await api.EmbeddedAsync("other");
        var before = await RowsAsync(api);
        models.Indexed.Clear();
        models.Hold = new TaskCompletionSource();

        using var answer = await api.Http.PostAsync("/api/v1/collections/c/reembed", null);
        var queued = await answer.Content.ReadAsStringAsync();
        var meanwhile = await api.SearchAsync(
            "c",
            new
            {
                query = Sentence(1),
                mode = "dense",
                cache = false,
            }
        );
        models.Hold.SetResult();
        await api.EmbeddedAsync("c");

        Assert.Equal("""{"documents":2}""", queued);
        Assert.Equal(2, meanwhile.Results.Count);
        Assert.Equal([Sentence(1), Sentence(2)], models.Indexed.Order());
        var after = await RowsAsync(api);
        Assert.Equal(before.Values.Select(row => row.Text).Order(), after.Values.Select(row => row.Text).Order());
        Assert.Empty(before.Keys.Intersect(after.Keys));
    }

    [Fact]
    public async Task Random_edits_leave_exactly_the_chunks_of_the_last_text_each_with_the_vector_of_its_text()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c", new { chunk_by = "heading", chunk_overlap = 0 });
        var random = new Random(11);
        var parts = Enumerable.Range(0, 12).ToList();
        for (var round = 0; round < 12; round++)
        {
            switch (random.Next(3))
            {
                case 0:
                    parts.RemoveAt(random.Next(parts.Count));
                    break;
                case 1:
                    parts.Insert(random.Next(parts.Count + 1), random.Next(16));
                    break;
                default:
                    parts = [.. parts.OrderBy(_ => random.Next())];
                    break;
            }

            await api.UpsertAsync("c", new { id = "1", text = string.Join("\n", parts.Select(i => $"# Part {i}\n{Sentence(i)}")) });
            await api.EmbeddedAsync("c");
            var rows = (await RowsAsync(api)).Values.OrderBy(row => row.Ordinal).ToList();
            Assert.Equal(parts.Select(i => $"# Part {i}\n{Sentence(i)}"), rows.Select(row => row.Text));
            Assert.All(rows.GroupBy(row => row.Text), same => Assert.Single(same.Select(row => row.Vector).Distinct()));
            Assert.Equal(parts.Distinct().Count(), rows.Select(row => row.Vector).Distinct().Count());
        }

        // At most the twelve at the start and one for each insertion of a part that was not there.
        Assert.True(models.Indexed.Count <= 24, $"{models.Indexed.Count} chunks were embedded");
    }

    [Fact]
    public async Task A_vector_of_zeros_sets_its_document_aside_and_no_other()
    {
        await using var models = await ModelServer.StartAsync();
        models.Distort = (text, vector) =>
            text.Contains("mute") ? new float[vector.Length]
            : text.Contains("short") ? [1, 2]
            : vector;
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c");
        await api.UpsertAsync(
            "c",
            [
                .. Enumerable
                    .Range(0, 20)
                    .Select(i =>
                        (object)
                            new
                            {
                                id = $"{i}",
                                text = i == 3 ? "mute"
                                : i == 4 ? "short"
                                : $"document {i}",
                            }
                    ),
            ]
        );
        await api.EmbeddedAsync("c");

        var collection = await api.GetAsync("c");
        Assert.Equal((20, 18, 2), (collection.Documents, collection.Chunks, collection.Failed));
    }

    [Theory]
    [InlineData(new float[] { 0.5f, 1 }, null)]
    [InlineData(new float[] { 0.5f }, "1 numbers instead of 2")]
    [InlineData(new float[] { float.NaN, 1 }, "not finite")]
    [InlineData(new float[] { 1, float.PositiveInfinity }, "not finite")]
    [InlineData(new float[] { 0, -0f }, "zeros")]
    public void An_unsearchable_vector_is_rejected(float[] vector, string? fault)
    {
        if (fault is null)
        {
            Assert.Null(VectorValidator.Fault(vector, 2));
        }
        else
        {
            Assert.Contains(fault, VectorValidator.Fault(vector, 2));
        }
    }

    private static async Task<Dictionary<long, (int Ordinal, string Text, string Vector)>> RowsAsync(Api api)
    {
        await using var source = Npgsql.NpgsqlDataSource.Create(api.Database);
        await using var command = source.CreateCommand(
            "SELECT c.id, c.ordinal, c.text, v.embedding::text FROM chunk c JOIN embedding_1 v ON v.chunk_id = c.id"
        );
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new Dictionary<long, (int, string, string)>();
        while (await reader.ReadAsync())
        {
            rows[reader.GetInt64(0)] = (reader.GetInt32(1), reader.GetString(2), reader.GetString(3));
        }

        return rows;
    }
}
