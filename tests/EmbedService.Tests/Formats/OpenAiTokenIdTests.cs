using System.Net;
using System.Text.Json;
using EmbedPlatform.EmbedService.Embedding.Input;
using Microsoft.ML.Tokenizers;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests.Formats;

/// <summary>Token ids in the place of texts, as LangChain's OpenAIEmbeddings sends them.</summary>
public sealed class OpenAiTokenIdTests(EmbedFixture service) : IClassFixture<EmbedFixture>
{
    private const string Small = "text-embedding-3-small";
    private static readonly TiktokenTokenizer Cl100k = TiktokenTokenizer.CreateForEncoding("cl100k_base");

    private static readonly string[] Sentences =
    [
        "I have a new one",
        "The invoice is due on 2026-12-01.",
        "Stra\u00dfe und Gr\u00f6\u00dfe, na\u00efve d\u00e9j\u00e0 vu",
        "\u6211\u4eec\u5728\u5317\u4eac\u5927\u5b66\u5b66\u4e60",
        "\u6771\u4eac\u30bf\u30ef\u30fc\u306f\u9ad8\u3044",
        "\u041f\u0440\u0438\u0432\u0435\u0442, \u043c\u0438\u0440!",
        "\ud55c\uad6d\uc5b4 \ubb38\uc7a5",
        "party \U0001f389\U0001f468\u200d\U0001f469\u200d\U0001f467 tonight \u2b50",
        "for (var i = 0; i < n; i++) {\n    sum += a[i];\n}",
        "cafe\u0301 \ufffd <|endoftext|> \u0645\u0631\u062d\u0628\u0627",
    ];

    [Theory]
    [InlineData("text-embedding-3-small")]
    [InlineData("text-embedding-3-large")]
    [InlineData("text-embedding-ada-002")]
    public async Task Ten_sentences_as_ids_of_OpenAI_s_have_the_vectors_of_their_texts(string model)
    {
        var (texts, _) = await service.AskAsync("v1/embeddings", JsonSerializer.Serialize(new { model, input = Sentences }));
        var (ids, _) = await service.AskAsync("v1/embeddings", JsonSerializer.Serialize(new { model, input = Sentences.Select(Ids) }));

        Assert.Equal(Sentences.Length, texts.GetProperty("data").GetArrayLength());
        for (var i = 0; i < Sentences.Length; i++)
        {
            var (text, id) = (Vector(texts, i), Vector(ids, i));
            Assert.Equal(text, id);
            Assert.Equal(1.0, text.Zip(id, (a, b) => (double)a * b).Sum(), 1e-5);
        }

        Assert.Equal(texts.GetProperty("usage").ToString(), ids.GetProperty("usage").ToString());
        Assert.NotEqual(Vector(texts, 0), Vector(texts, 1));
    }

    [Fact]
    public async Task One_list_of_ids_is_one_text()
    {
        var (text, _) = await AskAsync(Sentences[1]);
        var (ids, _) = await AskAsync(Ids(Sentences[1]));

        Assert.Equal(1, ids.GetProperty("data").GetArrayLength());
        Assert.Equal(Vector(text, 0), Vector(ids, 0));
    }

    [Fact]
    public async Task A_split_character_is_dropped_at_both_ends()
    {
        var emoji = Ids("\U0001f389");
        Assert.True(emoji.Length > 1);
        var (text, _) = await AskAsync("a party tonight");

        var (end, _) = await AskAsync((int[])[.. Ids("a party tonight"), .. emoji[..^1]]);
        var (start, _) = await AskAsync((int[])[.. emoji[1..], .. Ids("a party tonight")]);
        var (nothing, _) = await AskAsync(new[] { Ids("a"), emoji[..1] }, HttpStatusCode.BadRequest);

        Assert.Equal(Vector(text, 0), Vector(end, 0));
        Assert.Equal(Vector(text, 0), Vector(start, 0));
        Assert.Equal(("input[1]", "input[1]: holds only part of a character"), Error(nothing));
    }

    [Fact]
    public async Task Invalid_bytes_in_the_middle_are_replaced_as_in_tiktoken()
    {
        int[] ids = [.. Ids("left "), .. Ids("\U0001f389")[..^1], .. Ids(" right")];
        var (text, _) = await AskAsync(Cl100k.Decode(ids));
        var (answer, _) = await AskAsync(ids);

        Assert.Contains('\ufffd', Cl100k.Decode(ids));
        Assert.Equal(Vector(text, 0), Vector(answer, 0));
    }

    [Fact]
    public async Task A_long_text_is_truncated_or_rejected_as_if_sent_as_text()
    {
        var ids = Ids(Wire.Words(300));
        var (text, _) = await AskAsync(Wire.Words(300));
        var (cut, response) = await AskAsync(ids);
        var (refused, _) = await service.AskAsync(
            "v1/embeddings",
            JsonSerializer.Serialize(
                new
                {
                    model = Small,
                    input = ids,
                    truncate = "error",
                }
            ),
            HttpStatusCode.BadRequest
        );

        Assert.True(cut.GetProperty("data")[0].GetProperty("truncated").GetBoolean());
        Assert.Equal("1", response.Header("x-truncated-inputs"));
        Assert.Equal(Vector(text, 0), Vector(cut, 0));
        Assert.Equal("input: has 300 tokens; use-lite takes at most 128", Error(refused).Message);
    }

    [Theory]
    [InlineData("[[9906], [9906, 100256]]", "input[1][1]", "is 100256, which is not a token id of cl100k_base; ids range from 0 to 100255")]
    [InlineData("[9906, -1]", "input[1]", "is -1, which is not a token id of cl100k_base; ids range from 0 to 100255")]
    [InlineData("[[2000000000]]", "input[0][0]", "is 2000000000, which is not a token id of cl100k_base; ids range from 0 to 100255")]
    [InlineData("[9906, 100257]", "input[1]", "is 100257, the special token <|endoftext|> of cl100k_base, which has no text")]
    [InlineData("[[9906], [220, 198]]", "input[1]", "must not be blank")]
    [InlineData("[[9906], []]", "input[1]", "must not be empty")]
    [InlineData("[9906, 1.5]", "input[1]", "must be a token id, a whole number")]
    public async Task An_id_without_text_is_named(string input, string param, string message)
    {
        var (answer, _) = await service.AskAsync(
            "v1/embeddings",
            $$"""{"model": "{{Small}}", "input": {{input}}}""",
            HttpStatusCode.BadRequest
        );

        Assert.Equal((param, $"{param}: {message}"), Error(answer));
    }

    [Theory]
    [InlineData(null, "no model is named")]
    [InlineData("", "no model is named")]
    [InlineData("default", "'default' does not identify their vocabulary")]
    [InlineData("embed-v4.0", "'embed-v4.0' does not identify their vocabulary")]
    [InlineData("mistral-embed", "'mistral-embed' does not identify their vocabulary")]
    public async Task Token_ids_of_an_unknown_vocabulary_are_rejected_with_a_way_out(string? model, string reason)
    {
        var (answer, _) = await service.AskAsync(
            "v1/embeddings",
            JsonSerializer.Serialize(new { model, input = new[] { new[] { 40, 617, 264, 502, 832 } } }),
            HttpStatusCode.BadRequest
        );
        var (text, _) = await service.AskAsync("v1/embeddings", JsonSerializer.Serialize(new { model, input = "I have a new one" }));

        var (param, message) = Error(answer);
        Assert.Equal("input", param);
        Assert.Equal(
            $"input: holds token ids, but {reason}: send text, or name the model that the ids belong to (use-lite, or a model of OpenAI)",
            message
        );
        Assert.Equal(512, Vector(text, 0).Length);
    }

    [Fact]
    public async Task The_native_route_also_decodes_them_by_model_and_splits_them_as_text()
    {
        var text = Wire.Words(300);
        var (expected, _) = await service.AskAsync(
            "api/v1/embed",
            JsonSerializer.Serialize(
                new
                {
                    model = Small,
                    input = text,
                    truncate = "chunk",
                }
            )
        );
        var (actual, _) = await service.AskAsync(
            "api/v1/embed",
            JsonSerializer.Serialize(
                new
                {
                    model = Small,
                    input = Ids(text),
                    truncate = "chunk",
                }
            )
        );

        Assert.Equal(3, expected.GetProperty("data").GetArrayLength());
        Assert.Equal(expected.GetProperty("data").ToString(), actual.GetProperty("data").ToString());
    }

    [Fact]
    public async Task Ids_of_more_text_than_a_body_may_have_are_rejected()
    {
        var blanks = Cl100k.EncodeToIds(new string('=', 64));
        Assert.Single(blanks);
        var (answer, _) = await AskAsync(Enumerable.Repeat(blanks[0], 40_000).ToArray(), HttpStatusCode.BadRequest);

        Assert.Equal(("input", "input: decodes to more than 2097152 characters (option Limits:MaxBodyBytes)"), Error(answer));
    }

    [Fact]
    public async Task An_alias_of_another_OpenAI_model_decodes_that_model_s_ids()
    {
        await using var aliased = new EmbedFixture(("Inference:Aliases:gpt-4o-mini", "default"));
        await aliased.InitializeAsync();
        var o200k = TiktokenTokenizer.CreateForEncoding("o200k_base");
        var sentences = Sentences[..^1];
        var (texts, _) = await aliased.AskAsync(
            "v1/embeddings",
            JsonSerializer.Serialize(new { model = "gpt-4o-mini", input = sentences })
        );
        var (ids, _) = await aliased.AskAsync(
            "v1/embeddings",
            JsonSerializer.Serialize(new { model = "gpt-4o-mini", input = sentences.Select(sentence => o200k.EncodeToIds(sentence)) })
        );

        Assert.All(Enumerable.Range(0, sentences.Length), i => Assert.Equal(Vector(texts, i), Vector(ids, i)));
    }

    [Fact]
    public async Task A_vocabulary_is_not_loaded_before_the_first_ids()
    {
        var vocabularies = new OpenAiVocabularies();
        Assert.False(vocabularies.IsLoaded("cl100k_base") || vocabularies.IsLoaded("o200k_base"));

        var vocabulary = await vocabularies.GetAsync("cl100k_base", TestContext.Current.CancellationToken);

        Assert.Equal(("cl100k_base", 100_255), (vocabulary.Name, vocabulary.LastId));
        Assert.Same(vocabulary, await vocabularies.GetAsync("cl100k_base", TestContext.Current.CancellationToken));
        Assert.True(vocabularies.IsLoaded("cl100k_base"));
        Assert.False(vocabularies.IsLoaded("o200k_base"));
        Assert.Equal("\ufffd", vocabulary.Decode(Cl100k.EncodeToIds("\ufffd").ToArray()));
        Assert.Equal("a \ufffd", vocabulary.Decode(Cl100k.EncodeToIds("a \ufffd").ToArray()));
    }

    [Theory]
    [InlineData("cl100k_base", 100_256)]
    [InlineData("o200k_base", 199_998)]
    public void Exactly_the_ids_of_a_vocabulary_decode_to_text(string name, int count)
    {
        var vocabulary = OpenAiVocabulary.Load(name);
        var library = TiktokenTokenizer.CreateForEncoding(name);
        var partial = 0;
        for (var id = 0; id < count; id++)
        {
            Assert.Null(vocabulary.Problem(id));
            partial += vocabulary.Decode([id]) == library.Decode([id]) ? 0 : 1;
        }

        Assert.InRange(partial, 1, count / 20);
        Assert.All(Enumerable.Range(count, 500), id => Assert.NotNull(vocabulary.Problem(id)));
    }

    [Theory]
    [InlineData("text-embedding-3-small", "cl100k_base")]
    [InlineData("Text-Embedding-Ada-002", "cl100k_base")]
    [InlineData("gpt-4", "cl100k_base")]
    [InlineData("gpt-3.5-turbo-0125", "cl100k_base")]
    [InlineData("gpt-4o", "o200k_base")]
    [InlineData("gpt-4o-2024-08-06", "o200k_base")]
    [InlineData("gpt-4.1-mini", "o200k_base")]
    [InlineData("gpt-5.1", "o200k_base")]
    [InlineData("o3-mini", "o200k_base")]
    [InlineData("gpt-40", null)]
    [InlineData("text-embedding-3", null)]
    [InlineData("use-lite", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_model_s_name_selects_its_vocabulary(string? model, string? vocabulary) =>
        Assert.Equal(vocabulary, OpenAiVocabularies.NameFor(model));

    private static int[] Ids(string text) => [.. Cl100k.EncodeToIds(text).SelectMany(Plain)];

    // A client that reads text as text has no special tokens; the library makes some of their names.
    private static IEnumerable<int> Plain(int id) =>
        id == 100257 ? "<|endoftext|>".SelectMany(character => Cl100k.EncodeToIds(character.ToString())) : [id];

    private Task<(JsonElement Body, HttpResponseMessage Response)> AskAsync(object input, HttpStatusCode status = HttpStatusCode.OK) =>
        service.AskAsync("v1/embeddings", JsonSerializer.Serialize(new { model = Small, input }), status);

    private static float[] Vector(JsonElement answer, int index) => answer.GetProperty("data")[index].GetProperty("embedding").Floats();

    private static (string? Param, string? Message) Error(JsonElement answer) =>
        (answer.GetProperty("error").GetProperty("param").GetString(), answer.GetProperty("error").GetProperty("message").GetString());
}
