using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Onnx;
using EmbedPlatform.Inference.Tests.Models;
using EmbedPlatform.InferenceTestKit;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Execution;

/// <summary>Which graphs fit which model, by the names and shapes in the file alone.</summary>
public sealed class EncoderGraphTests
{
    private static readonly OnnxValue Ids = Input("input_ids");
    private static readonly OnnxValue Mask = Input("attention_mask");
    private static readonly CatalogEntry Mean = TinyModel.Entry("m") with { Pooling = Pooling.Mean, Dimension = 384, Outputs = ["dense"] };
    private static readonly CatalogEntry Pooled = Mean with { Pooling = Pooling.None };
    private static readonly CatalogEntry Reranker = TinyModel.Entry("r", ModelTask.Rerank) with { Outputs = ["score"] };

    [Fact]
    public void The_usual_export_of_a_bert_fits_with_and_without_token_types()
    {
        Assert.Equal(
            "last_hidden_state",
            Of(Mean, [Ids, Mask, Input("token_type_ids")], Output("last_hidden_state", "b", "s", 384L)).Primary
        );
        Assert.Equal(
            "last_hidden_state",
            Of(Mean, [Ids, Mask], Output("last_hidden_state", "b", "s", 384L), Output("pooler_output", "b", 384L)).Primary
        );
        Assert.Equal("hidden", Of(Mean, [Ids, Mask], Output("hidden", "b", "s", "width")).Primary);
    }

    [Theory]
    [InlineData("dense_vecs", "sparse_vecs", "colbert_vecs")]
    [InlineData("dense_embeddings", "sparse_weights", "colbert_vectors")]
    [InlineData("dense", "sparse", "colbert")]
    public void Public_exports_of_bge_m3_with_all_outputs_fit(string dense, string sparse, string colbert)
    {
        var entry = Pooled with { Dimension = 1024, Outputs = ["dense", "sparse", "colbert"] };
        var graph = Of(entry, [Ids, Mask], Output(dense, "b", 1024L), Output(sparse, "b", "s", 1L), Output(colbert, "b", "t", 1024L));
        Assert.Equal((dense, sparse, colbert), (graph.Primary, graph.Sparse, graph.Colbert));
        var denseOnly = Of(entry with { Outputs = ["dense"] }, [Ids, Mask], Output(dense, "b", 1024L), Output(sparse, "b", "s", 1L));
        Assert.Null(denseOnly.Sparse);
    }

    [Fact]
    public void Another_dimension_is_refused_with_both_shapes() =>
        Refused(
            Mean,
            [Ids, Mask],
            [Output("last_hidden_state", "batch", "sequence", 768L)],
            "float [texts, tokens, 384]",
            "last_hidden_state float [batch, sequence, 768]"
        );

    [Fact]
    public void A_graph_that_pools_does_not_fit_a_model_whose_tokens_are_pooled_here() =>
        Refused(Mean, [Ids, Mask], [Output("sentence_embedding", "b", 384L)], "pooling mean", "sentence_embedding float [b, 384]");

    [Fact]
    public void Half_precision_outputs_are_refused() =>
        Refused(
            Mean,
            [Ids, Mask],
            [new OnnxValue("last_hidden_state", OnnxType.Float16, ["b", "s", 384L])],
            "last_hidden_state float16 [b, s, 384]"
        );

    [Fact]
    public void An_input_nobody_knows_is_named() =>
        Refused(
            Mean,
            [Ids, Mask, Input("past_key_values.0.key")],
            [Output("last_hidden_state", "b", "s", 384L)],
            "past_key_values.0.key int64 [b, s]",
            "position_ids"
        );

    [Fact]
    public void A_graph_without_a_mask_is_refused_because_padding_would_change_its_results() =>
        Refused(Mean, [Ids], [Output("last_hidden_state", "b", "s", 384L)], "attention_mask");

    [Fact]
    public void Pictures_are_no_token_ids() =>
        Refused(
            Mean,
            [new OnnxValue("input_ids", OnnxType.Float, ["b", 3L, 224L, 224L]), Mask],
            [Output("last_hidden_state", "b", "s", 384L)],
            "input_ids float [b, 3, 224, 224]"
        );

    [Fact]
    public void An_output_that_the_entry_names_and_the_graph_lacks_is_refused() =>
        Refused(
            Mean with
            {
                Outputs = ["dense", "sparse"],
            },
            [Ids, Mask],
            [Output("last_hidden_state", "b", "s", 384L)],
            "sparse_vecs or sparse_weights or sparse"
        );

    [Theory]
    [InlineData("logits", new object[] { "b", 1L })]
    [InlineData("logits", new object[] { "b" })]
    [InlineData("scores", new object[] { "b", 2L })]
    [InlineData("anything", new object[] { "b", "classes" })]
    public void Rerankers_give_one_logit_or_two(string name, object[] shape) =>
        Assert.Equal(name, Of(Reranker, [Ids, Mask], new OnnxValue(name, OnnxType.Float, [.. shape.Select(Dimension)])).Primary);

    [Fact]
    public void A_classifier_of_three_classes_and_an_embedder_are_no_rerankers()
    {
        Refused(Reranker, [Ids, Mask], [Output("logits", "b", 3L)], "[pairs, 1] or [pairs, 2]", "logits float [b, 3]");
        Refused(Reranker, [Ids, Mask], [Output("last_hidden_state", "b", "s", 384L)], "[pairs, 1] or [pairs, 2]", "last_hidden_state");
    }

    private static void Refused(CatalogEntry entry, OnnxValue[] inputs, OnnxValue[] outputs, params string[] told)
    {
        var problem = Assert.Throws<InvalidDataException>(() => Of(entry, inputs, outputs));
        Assert.All(told.Append(entry.Id), part => Assert.Contains(part, problem.Message, StringComparison.Ordinal));
    }

    private static EncoderGraph Of(CatalogEntry entry, OnnxValue[] inputs, params OnnxValue[] outputs) =>
        EncoderGraph.Of(new OnnxSignature(inputs, outputs, []), entry);

    private static OnnxValue Input(string name) => new(name, OnnxType.Int64, ["b", "s"]);

    private static OnnxValue Output(string name, params OnnxDimension[] shape) => new(name, OnnxType.Float, shape);

    private static OnnxDimension Dimension(object size) => size is long number ? number : (string)size;
}
