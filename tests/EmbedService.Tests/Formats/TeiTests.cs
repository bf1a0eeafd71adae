using System.Net;
using System.Text.Json;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests.Formats;

/// <summary>What clients of text-embeddings-inference send and expect.</summary>
public sealed class TeiTests(EmbedFixture service) : IClassFixture<EmbedFixture>
{
    [Fact]
    public async Task Embed_returns_a_list_of_vectors_and_its_timings_in_headers()
    {
        var (one, response) = await service.AskAsync("embed", """{"inputs": "hello world"}""");
        var (many, _) = await service.AskAsync("embed", """{"inputs": ["hello world", "good morning"]}""");

        Assert.Equal((1, 512), (one.GetArrayLength(), one[0].GetArrayLength()));
        Assert.Equal(one[0].Floats(), many[0].Floats());
        Assert.Equal(("cpu", "11"), (response.Header("x-compute-type"), response.Header("x-compute-characters")));
        Assert.InRange(int.Parse(response.Header("x-compute-tokens")), 2, 5);
        foreach (var name in (string[])["x-total-time", "x-tokenization-time", "x-queue-time", "x-inference-time", "x-compute-time"])
        {
            Assert.InRange(int.Parse(response.Header(name)), 0, 600_000);
        }

        Assert.False(response.Headers.Contains("x-truncated-inputs"));
    }

    [Fact]
    public async Task Token_ids_get_the_vector_of_their_text()
    {
        var (text, _) = await service.AskAsync("embed", """{"inputs": ["hello world"]}""");
        var (tokens, _) = await service.AskAsync("tokenize", """{"inputs": "hello world"}""");
        var ids = tokens[0].EnumerateArray().Select(token => token.GetProperty("id").GetInt32()).ToArray();

        var (one, _) = await service.AskAsync("embed", JsonSerializer.Serialize(new { inputs = ids }));
        var (many, _) = await service.AskAsync("embed", JsonSerializer.Serialize(new { inputs = new[] { ids } }));

        Assert.Equal(text[0].Floats(), one[0].Floats());
        Assert.Equal(text[0].Floats(), many[0].Floats());
    }

    [Fact]
    public async Task A_longer_text_is_truncated_at_either_end_and_counted_or_rejected_with_413()
    {
        var text = Wire.Words(120) + " " + string.Join(' ', Enumerable.Repeat("different", 120));
        var (right, response) = await service.AskAsync("embed", JsonSerializer.Serialize(new { inputs = text }));
        var (left, _) = await service.AskAsync(
            "embed",
            JsonSerializer.Serialize(
                new
                {
                    inputs = text,
                    truncate = true,
                    truncation_direction = "Left",
                }
            )
        );
        var (refused, _) = await service.AskAsync(
            "embed",
            JsonSerializer.Serialize(new { inputs = text, truncate = false }),
            HttpStatusCode.RequestEntityTooLarge
        );

        Assert.Equal(("128", "1"), (response.Header("x-compute-tokens"), response.Header("x-truncated-inputs")));
        Assert.NotEqual(right[0].Floats(), left[0].Floats());
        Assert.Equal(["error", "error_type"], refused.Names());
        Assert.Equal("Validation", refused.GetProperty("error_type").GetString());
        Assert.Contains("use-lite takes at most 128", refused.GetProperty("error").GetString());
    }

    [Fact]
    public async Task Similarity_is_the_cosine_of_the_vectors()
    {
        var (similarities, response) = await service.AskAsync(
            "similarity",
            """{"inputs": {"source_sentence": "a cat sleeps", "sentences": ["a kitten is asleep", "tax law"]}}"""
        );
        var (vectors, _) = await service.AskAsync("embed", """{"inputs": ["a cat sleeps", "a kitten is asleep", "tax law"]}""");

        var source = vectors[0].Floats();
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(source.Zip(vectors[i + 1].Floats(), (a, b) => (double)a * b).Sum(), similarities[i].GetDouble(), 1e-5);
        }

        Assert.True(similarities[0].GetDouble() > similarities[1].GetDouble());
        Assert.True(response.Headers.Contains("x-compute-tokens"));
    }

    [Fact]
    public async Task An_error_in_a_sentence_names_the_sentence()
    {
        var longer = string.Join(' ', Enumerable.Repeat("chess", 3_000));
        var (sentence, _) = await service.AskAsync(
            "similarity",
            JsonSerializer.Serialize(
                new { inputs = new { source_sentence = "a", sentences = new[] { "b", longer } }, parameters = new { truncate = false } }
            ),
            HttpStatusCode.RequestEntityTooLarge
        );
        var (source, _) = await service.AskAsync(
            "similarity",
            JsonSerializer.Serialize(
                new { inputs = new { source_sentence = longer, sentences = new[] { "b" } }, parameters = new { truncate = false } }
            ),
            HttpStatusCode.RequestEntityTooLarge
        );

        Assert.StartsWith("inputs.sentences[1]: has", sentence.GetProperty("error").GetString());
        Assert.StartsWith("inputs.source_sentence: has", source.GetProperty("error").GetString());
    }

    [Fact]
    public async Task Token_positions_are_bytes_of_the_text_and_tokens_decode_to_it()
    {
        const string text = "grüße, 世界 hello";
        var (tokens, _) = await service.AskAsync("tokenize", JsonSerializer.Serialize(new { inputs = new[] { text } }));
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);

        Assert.All(
            tokens[0].EnumerateArray(),
            token =>
            {
                Assert.Equal(["id", "text", "special", "start", "stop"], token.Names());
                Assert.False(token.GetProperty("special").GetBoolean());
                var (start, stop) = (token.GetProperty("start").GetInt32(), token.GetProperty("stop").GetInt32());
                Assert.Equal(token.GetProperty("text").GetString(), System.Text.Encoding.UTF8.GetString(bytes[start..stop]));
            }
        );
        var (known, _) = await service.AskAsync("tokenize", """{"inputs": "hello world", "add_special_tokens": false}""");
        var ids = known[0].EnumerateArray().Select(token => token.GetProperty("id").GetInt32()).ToArray();
        var (one, _) = await service.AskAsync("decode", JsonSerializer.Serialize(new { ids }));
        var (many, _) = await service.AskAsync(
            "decode",
            JsonSerializer.Serialize(new { ids = new[] { ids, ids }, skip_special_tokens = false })
        );
        Assert.Equal(["hello world"], one.EnumerateArray().Select(decoded => decoded.GetString()!));
        Assert.Equal(["hello world", "hello world"], many.EnumerateArray().Select(decoded => decoded.GetString()!));
    }

    [Theory]
    [InlineData("embed", """{"inputs": []}""", 400, "Empty")]
    [InlineData("embed", """{"inputs": ["a", ""]}""", 422, "Validation")]
    [InlineData("embed", """{"inputs": 5}""", 422, "Validation")]
    [InlineData("embed", """{"inputs": "a", "truncation_direction": "up"}""", 422, "Validation")]
    [InlineData("embed", """{"inputs": "a", "prompt_name": "nobody"}""", 422, "Validation")]
    [InlineData("embed", """{"inputs": "a", "dimensions": 513}""", 422, "Validation")]
    [InlineData("embed", """{"inputs": "a", "truncate": "yes"}""", 422, "Validation")]
    [InlineData("embed", """{"inputs": "a", "text": "b"}""", 422, "Validation")]
    [InlineData("embed", """{"inputs": [8000]}""", 422, "Validation")]
    [InlineData("embed_all", """{"inputs": "a"}""", 424, "Backend")]
    [InlineData("embed_sparse", """{"inputs": "a"}""", 424, "Backend")]
    [InlineData("embed_sparse", """{"text": "a"}""", 422, "Validation")]
    [InlineData("similarity", """{"inputs": {"source_sentence": "a", "sentences": []}}""", 400, "Empty")]
    [InlineData("similarity", """{"inputs": {"sentences": ["a"]}}""", 422, "Validation")]
    [InlineData("similarity", """{"inputs": {"source_sentence": "a", "sentences": "b"}}""", 422, "Validation")]
    [InlineData("tokenize", """{"inputs": [1, 2]}""", 422, "Validation")]
    [InlineData("tokenize", """{}""", 422, "Validation")]
    [InlineData("decode", """{"ids": ["a"]}""", 422, "Validation")]
    [InlineData("decode", """{"ids": [8000]}""", 422, "Validation")]
    public async Task Errors_have_TEIs_shape(string route, string body, int status, string type)
    {
        var (answer, _) = await service.AskAsync(route, body, (HttpStatusCode)status);

        Assert.Equal(["error", "error_type"], answer.Names());
        Assert.Equal(type, answer.GetProperty("error_type").GetString());
        Assert.NotEmpty(answer.GetProperty("error").GetString()!);
    }
}
