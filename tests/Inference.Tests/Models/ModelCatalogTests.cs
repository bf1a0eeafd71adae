using EmbedPlatform.Inference.Models;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Models;

public sealed class ModelCatalogTests
{
    private const string A = """{"id":"a","task":"embed","family":"f","dimension":4,"maxTokens":8}""";

    private const string R = """{"id":"r","task":"rerank","family":"f","dimension":1,"maxTokens":8}""";

    private static readonly ModelCatalog Catalog = ModelCatalog.Load(Repository.PathOf("models", "catalog.json"));

    [Fact]
    public void The_defaults_are_a_strong_model_each_and_one_that_needs_no_hub()
    {
        Assert.Equal(["BAAI/bge-small-en-v1.5", "all-MiniLM-L6-v2"], Catalog.Defaults(ModelTask.Embed));
        Assert.Equal(["BAAI/bge-reranker-base", "mini-rerank"], Catalog.Defaults(ModelTask.Rerank));
    }

    [Fact]
    public void Every_entry_says_what_it_is_and_where_it_comes_from() =>
        Assert.All(
            Catalog.Entries,
            entry =>
            {
                Assert.NotEmpty(entry.Sources);
                Assert.NotEmpty(entry.Licence);
                Assert.NotEmpty(entry.Languages);
                Assert.Contains(entry.Family, (string[])["bert", "xlm-roberta", "use-lite", "mini-rerank"]);
                Assert.All(
                    Forms(entry),
                    form =>
                        Assert.All(
                            form.Outputs,
                            output =>
                                Assert.Contains(
                                    output,
                                    entry.Task == ModelTask.Embed ? (string[])["dense", "sparse", "colbert"] : ["score"]
                                )
                        )
                );
                Assert.All(entry.MatryoshkaDimensions, cut => Assert.InRange(cut, 1, entry.Dimension - 1));
            }
        );

    [Fact]
    public void Every_model_has_weights_of_its_own_or_of_what_it_was_made_from_and_they_say_whether_they_were_measured()
    {
        Assert.All(
            Catalog.Entries,
            entry =>
                Assert.Contains(
                    Catalog.PairsOf([entry.Id, .. Catalog.Origins(entry.Id, [])]),
                    pair => entry.Task == ModelTask.Rerank || pair.Reranker is null
                )
        );
        Assert.All(
            Catalog.Pairs,
            pair => Assert.True(pair.Measured is not null || pair.Note!.StartsWith("Not measured", StringComparison.Ordinal), pair.Name)
        );
        Assert.All(
            Catalog.Pairs.Where(pair => pair.RerankGain is not null),
            pair => Assert.Contains("nDCG@10", pair.Note!, StringComparison.Ordinal)
        );
        Assert.DoesNotContain("fusionWeights", File.ReadAllText(Repository.PathOf("models", "catalog.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void Reranking_with_mini_rerank_is_measured_to_gain_over_use_lite_and_not_over_MiniLM()
    {
        Assert.True(GainOver("use-lite") > 0);
        Assert.True(GainOver("sentence-transformers/all-MiniLM-L6-v2") <= 0);

        static double? GainOver(string embedder) => Catalog.PairsOf(["mini-rerank"]).Single(pair => pair.Embedder == embedder).RerankGain;
    }

    [Fact]
    public void An_embedder_gives_dense_vectors_and_a_reranker_one_score() =>
        Assert.All(
            Catalog.Entries,
            entry =>
                Assert.All(
                    Forms(entry),
                    form =>
                    {
                        Assert.Contains(entry.Task == ModelTask.Embed ? "dense" : "score", form.Outputs);
                        Assert.True(
                            entry.Task == ModelTask.Embed ? entry.Dimension > 1 : entry is { Dimension: 1, Normalize: false },
                            entry.Id
                        );
                        Assert.Equal(entry.Task == ModelTask.Rerank, form.Pooling == Pooling.None && entry.Dimension == 1);
                    }
                )
        );

    [Fact]
    public void Every_file_of_the_hub_is_pinned_to_a_commit_and_known_by_its_name() =>
        Assert.All(
            Catalog.Entries.SelectMany(Forms).SelectMany(form => form.Sources).OfType<HuggingFaceSource>(),
            source =>
            {
                Assert.True(source.IsPinned, $"{source.Repository}@{source.Revision}");
                var names = source.Files.Select(file => file.As).ToArray();
                Assert.Contains("model.onnx", names);
                Assert.Contains("tokenizer.json", names);
                Assert.Equal(names.Length, names.Distinct().Count());
                Assert.All(
                    source.Files,
                    file =>
                    {
                        Assert.True(
                            file.Sha256 is null || file.Sha256 is { Length: 64 } hash && hash.All(char.IsAsciiHexDigitLower),
                            file.Path
                        );
                        Assert.DoesNotContain("..", file.As, StringComparison.Ordinal);
                        Assert.True(
                            file.As.EndsWith(".json", StringComparison.Ordinal)
                                || file.As == "model.onnx"
                                || file.As == Path.GetFileName(file.Path),
                            file.Path
                        );
                    }
                );
            }
        );

    [Fact]
    public void Every_package_is_known_by_its_hash_and_gives_a_graph_that_is_quantised_for_int8_alone() =>
        Assert.All(
            Catalog.Entries.SelectMany(Forms),
            form =>
                Assert.All(
                    form.Sources.OfType<NugetSource>(),
                    source =>
                    {
                        Assert.Equal(form.Variant == "int8", source.Quantize);
                        Assert.True(source.Sha512 is { Length: 128 } hash && hash.All(char.IsAsciiHexDigitLower), source.Package);
                        Assert.Equal(["model.onnx", "vocab.txt"], source.Resources.Select(resource => resource.As));
                        Assert.All(
                            source.Resources,
                            resource =>
                                Assert.True(
                                    resource.Sha256 is { Length: 64 } sha && sha.All(char.IsAsciiHexDigitLower) && resource.Size > 0,
                                    resource.Name
                                )
                        );
                    }
                )
        );

    [Fact]
    public void Variants_have_names_of_their_own() =>
        Assert.All(
            Catalog.Entries,
            entry =>
            {
                var names = entry.Variants.Select(variant => variant.Name).Prepend(entry.Variant).ToArray();
                Assert.Equal(names.Length, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
                Assert.All(names, name => Assert.Equal(name, entry.Of(name)!.Variant));
                Assert.Null(entry.Of("int1"));
            }
        );

    [Fact]
    public void Only_the_e5_family_needs_both_prefixes() =>
        Assert.All(
            Catalog.Entries,
            entry =>
                Assert.Equal(
                    entry.Id.Contains("e5", StringComparison.Ordinal),
                    entry is { QueryPrefix: "query: ", DocumentPrefix: "passage: " }
                )
        );

    [Theory]
    [InlineData("intfloat/multilingual-e5-large", "query: ", "passage: ", Pooling.Mean)]
    [InlineData("BAAI/bge-m3", "", "", Pooling.Cls)]
    [InlineData("all-MiniLM-L6-v2", "", "", Pooling.Mean)]
    [InlineData("snowflake-arctic-embed-xs", "Represent this sentence for searching relevant passages: ", "", Pooling.Cls)]
    [InlineData("use-lite", "", "", Pooling.None)]
    public void Prompts_and_pooling_are_those_of_the_training(string id, string query, string document, Pooling pooling)
    {
        var entry = Catalog.Find(id)!;
        Assert.Equal((query, document, pooling), (entry.QueryPrefix, entry.DocumentPrefix, entry.Pooling));
    }

    [Fact]
    public void Bge_m3_has_a_form_with_all_its_outputs()
    {
        var all = Catalog.Find("BAAI/bge-m3")!.Of("fp32-all")!;
        Assert.Equal(["dense", "sparse", "colbert"], all.Outputs);
        Assert.Equal((Pooling.None, "aapot/bge-m3-onnx"), (all.Pooling, Assert.IsType<HuggingFaceSource>(all.Sources[0]).Repository));
    }

    [Theory]
    [InlineData("""{"defaults":{"embed":["x"]},"models":[]}""", "'x'")]
    [InlineData("""{"defaults":{},"models":[{"id":"a","task":"embed","family":"f","dimension":0,"maxTokens":8}]}""", "'a'")]
    [InlineData("""{"defaults":{},"models":[{"id":"../a","task":"embed","family":"f","dimension":4,"maxTokens":8}]}""", "'../a'")]
    [InlineData("""{"defaults":{},"models":[{"id":"a","task":"sing","family":"f","dimension":4,"maxTokens":8}]}""", "task")]
    [InlineData("""{"defaults":{},"models":[{"id":"a","task":"embed","familie":"f","dimension":4,"maxTokens":8}]}""", "familie")]
    [InlineData("""{"defaults":{},"models":[],"pairs":[{"embedder":"x"}]}""", "'x'")]
    [InlineData("""{"defaults":{},"models":[],"pairs":[{"lexical":1}]}""", "no model")]
    [InlineData($$"""{"defaults":{},"models":[{{A}}],"pairs":[{"reranker":"a","rerank":1}]}""", "'a' is not an entry for rerank")]
    [InlineData($$"""{"defaults":{},"models":[{{A}}],"pairs":[{"embedder":"a","dense":101}]}""", "from 0 to 100")]
    [InlineData($$"""{"defaults":{},"models":[{{A}}],"pairs":[{"embedder":"a","method":"magic"}]}""", "score or rrf")]
    [InlineData($$"""{"defaults":{},"models":[{{A}}],"pairs":[{"embedder":"a","rerankGain":1,"measured":"there"}]}""", "rerankGain")]
    [InlineData($$"""{"defaults":{},"models":[{{A}}],"pairs":[{"embedder":"a"},{"embedder":"A"}]}""", "twice")]
    [InlineData(
        $$"""{"defaults":{},"models":[{{A}},{{R}}],"pairs":[{"embedder":"a","reranker":"r"}]}""",
        "a + r: a pair with a reranker needs"
    )]
    [InlineData(
        $$"""{"defaults":{},"models":[{{A}},{{R}}],"pairs":[{"embedder":"a","reranker":"r","rerank":1,"rerankGain":1}]}""",
        "measured"
    )]
    [InlineData(
        """{"defaults":{},"models":[{"id":"a","task":"embed","family":"f","dimension":4,"maxTokens":8,"madeFrom":"b"}]}""",
        "made from 'b'"
    )]
    public void A_broken_catalogue_is_refused_with_the_place(string json, string named)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["catalog.json"], json);
        var problem = Assert.Throws<InvalidDataException>(() => ModelCatalog.Load(folder["catalog.json"]));
        Assert.Contains(named, problem.Message, StringComparison.Ordinal);
        Assert.Contains("catalog.json", problem.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<CatalogEntry> Forms(CatalogEntry entry) =>
        entry.Variants.Select(variant => entry.Of(variant.Name)!).Prepend(entry);
}
