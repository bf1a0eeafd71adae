using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Onnx;
using EmbedPlatform.TestKit;

namespace EmbedPlatform.InferenceTestKit;

/// <summary>
/// A model folder with random weights in the shape of BGE-M3's export: every token sees the mean of all that are not masked, so padding
/// that is not masked, or a wrong row, changes the result.
/// </summary>
public sealed class SmallEncoder : IDisposable
{
    public const int Width = 8;
    public const int Words = 24;

    /// <summary>[CLS] 0, [PAD] 1, [SEP] 2, [UNK] 3, then w4, w5 and so on.</summary>
    private static readonly string Tokenizer = $$"""
        {"added_tokens":[
          {"id":0,"content":"[CLS]","special":true,"normalized":false},{"id":1,"content":"[PAD]","special":true,"normalized":false},
          {"id":2,"content":"[SEP]","special":true,"normalized":false},{"id":3,"content":"[UNK]","special":true,"normalized":false}],
         "pre_tokenizer":{"type":"WhitespaceSplit"},
         "post_processor":{"type":"BertProcessing","sep":["[SEP]",2],"cls":["[CLS]",0]},
         "padding":{"strategy":"BatchLongest","direction":"Right","pad_id":1,"pad_type_id":0,"pad_token":"[PAD]"},
         "model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":100,"vocab":{
           "[CLS]":0,"[PAD]":1,"[SEP]":2,"[UNK]":3,{{string.Join(
            ',',
            Enumerable.Range(4, Words - 4).Select(id => $"\"w{id}\":{id}")
        )}} } } }
        """;

    private readonly TemporaryFolder _folder = new();

    /// <param name="sparse">The name of the output with token weights; null: none.</param>
    /// <param name="colbert">The name of the output with token vectors; null: none.</param>
    /// <param name="startToken">Whether the token vectors have one for the start token.</param>
    /// <param name="hidden">Whether the graph also gives the token vectors that the others are made from.</param>
    /// <param name="positions">Whether the graph wants position_ids, of which it has a table.</param>
    public SmallEncoder(
        string? sparse = "sparse_vecs",
        string? colbert = "colbert_vecs",
        bool startToken = false,
        bool positions = false,
        bool hidden = true
    )
    {
        var random = new Random(7);
        var graph = new GraphBuilder("small");
        var ids = graph.Input("input_ids", OnnxType.Int64, "batch", "sequence");
        var mask = graph.Input("attention_mask", OnnxType.Int64, "batch", "sequence");
        var tokens = graph.Gather(Weight("table", Words, Width), ids);
        if (positions)
        {
            tokens = graph.Add(
                tokens,
                graph.Gather(Weight("positions", 64, Width), graph.Input("position_ids", OnnxType.Int64, "batch", "sequence"))
            );
        }

        var kept = graph.Unsqueeze(graph.Cast(mask, OnnxType.Float), 2);
        var mean = graph.Div(graph.ReduceSum(graph.Mul(tokens, kept), keep: true, 1), graph.ReduceSum(kept, keep: true, 1));
        var states = graph.Tanh(graph.Add(graph.MatMul(tokens, Weight("w", Width, Width)), mean));
        graph.Output(
            "dense_vecs",
            graph.Reshape(graph.Slice(states, graph.Integers(0), graph.Integers(1), 1), 0, Width),
            OnnxType.Float,
            "batch",
            Width
        );
        if (sparse is not null)
        {
            graph.Output(
                sparse,
                graph.Relu(graph.Add(graph.MatMul(states, Weight("sparse", Width, 1)), graph.Constant(0.5f))),
                OnnxType.Float,
                "batch",
                "sequence",
                1
            );
        }

        if (colbert is not null)
        {
            var late = graph.MatMul(states, Weight("late", Width, Width));
            graph.Output(
                colbert,
                startToken ? late : graph.Slice(late, graph.Integers(1), graph.Integers(long.MaxValue), 1),
                OnnxType.Float,
                "batch",
                "tokens",
                Width
            );
        }

        if (hidden)
        {
            graph.Output("last_hidden_state", states, OnnxType.Float, "batch", "sequence", Width);
        }

        using (var file = File.Create(_folder["model.onnx"]))
        {
            OnnxWriter.Write(graph.Build(), file);
        }

        File.WriteAllText(_folder["tokenizer.json"], Tokenizer);

        GraphValue Weight(string name, int rows, int columns) =>
            graph.Weight(
                $"{name}_weight",
                [.. Enumerable.Range(0, rows * columns).Select(_ => (random.NextSingle() * 2) - 1)],
                rows,
                columns
            );
    }

    public string ModelPath => _folder["model.onnx"];

    public CatalogEntry Entry { get; init; } =
        TinyModel.Entry("small") with
        {
            Family = "xlm-roberta",
            Dimension = Width,
            MaxTokens = 32,
            Normalize = true,
            Outputs = ["dense", "sparse", "colbert"],
        };

    public InstalledModel Installed => new(Entry, _folder.Path, ModelPath, _folder["tokenizer.json"], "test", "fp32");

    public void Dispose() => _folder.Dispose();
}
