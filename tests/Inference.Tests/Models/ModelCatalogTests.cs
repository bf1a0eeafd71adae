using EmbedPlatform.Inference.Models;
using EmbedPlatform.TestSupport;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Models;

public sealed class ModelCatalogTests
{
    private static readonly ModelCatalog Catalog = ModelCatalog.Load(Repository.PathOf("models", "catalog.json"));

    [Fact]
    public void The_defaults_are_a_strong_model_each_and_one_that_needs_no_hub()
    {
        Assert.Equal(["BAAI/bge-small-en-v1.5", "use-lite"], Catalog.Defaults(ModelTask.Embed));
        Assert.Equal(["BAAI/bge-reranker-base", "mini-rerank"], Catalog.Defaults(ModelTask.Rerank));
    }

    [Fact]
    public void Every_entry_says_what_it_is_and_where_it_comes_from() =>
        Assert.All(Catalog.Entries, entry =>
        {
            Assert.NotEmpty(entry.Sources);
            Assert.NotEmpty(entry.Licence);
            Assert.NotEmpty(entry.Outputs);
            Assert.NotNull(entry.FusionWeights);
            Assert.All(entry.Sources.OfType<HuggingFaceSource>(), source =>
                Assert.Equal(["model.onnx", "tokenizer.json"], source.Files.Select(file => file.As).Order(StringComparer.Ordinal)));
        });

    [Theory]
    [InlineData("intfloat/multilingual-e5-large", "query: ", "passage: ", Pooling.Mean)]
    [InlineData("BAAI/bge-m3", "", "", Pooling.Cls)]
    [InlineData("use-lite", "", "", Pooling.None)]
    public void Prompts_and_pooling_are_those_of_the_training(string id, string query, string document, Pooling pooling)
    {
        var entry = Catalog.Find(id)!;
        Assert.Equal((query, document, pooling), (entry.QueryPrefix, entry.DocumentPrefix, entry.Pooling));
    }

    [Theory]
    [InlineData("""{"defaults":{"embed":["x"]},"models":[]}""", "'x'")]
    [InlineData("""{"defaults":{},"models":[{"id":"a","task":"embed","family":"f","dimension":0,"maxTokens":8}]}""", "'a'")]
    [InlineData("""{"defaults":{},"models":[{"id":"../a","task":"embed","family":"f","dimension":4,"maxTokens":8}]}""", "'../a'")]
    [InlineData("""{"defaults":{},"models":[{"id":"a","task":"sing","family":"f","dimension":4,"maxTokens":8}]}""", "task")]
    [InlineData("""{"defaults":{},"models":[{"id":"a","task":"embed","familie":"f","dimension":4,"maxTokens":8}]}""", "familie")]
    public void A_broken_catalogue_is_refused_with_the_place(string json, string named)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["catalog.json"], json);
        var problem = Assert.Throws<InvalidDataException>(() => ModelCatalog.Load(folder["catalog.json"]));
        Assert.Contains(named, problem.Message, StringComparison.Ordinal);
        Assert.Contains("catalog.json", problem.Message, StringComparison.Ordinal);
    }
}
