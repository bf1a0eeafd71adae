using System.Text.Json;
using EmbedPlatform.Inference.Installation;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.TestKit;
using Microsoft.ML.OnnxRuntime;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Models;

public sealed class MiniRerankTests
{
    [Fact]
    public void It_is_installed_by_lying_in_the_repository()
    {
        var model = ModelStore.Open(new InferenceOptions()).Resolve(ModelTask.Rerank, "mini-rerank");
        Assert.Equal(Repository.PathOf("models", "mini-rerank"), model.Folder);
        Assert.Equal("int8", model.Variant);
    }

    [Fact]
    public void It_puts_most_passages_above_those_of_other_queries()
    {
        var model = ModelStore.Open(new InferenceOptions()).Resolve(ModelTask.Rerank, "mini-rerank");
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedAssets.Require("models/mini-rerank/golden-pairs.json")));
        var pairs = document.RootElement.EnumerateArray().Take(60).Select(pair => pair.GetProperty("ids").Deserialize<int[]>()!).ToArray();
        using var session = new InferenceSession(model.ModelPath);

        // A pair is <s> query </s></s> passage </s>: another query's passage makes the wrong pair.
        int[] Mixed(int[] query, int[] passage) => [.. query[..Separator(query)], .. passage[Separator(passage)..]];
        var right = 0;
        for (var i = 0; i + 1 < pairs.Length; i++)
        {
            right += Score(session, pairs[i]) > Score(session, Mixed(pairs[i], pairs[i + 1])) ? 1 : 0;
        }

        Assert.True(right >= 50, $"{right} of {pairs.Length - 1}");
    }

    private static int Separator(int[] ids) => Array.IndexOf(ids, 2);

    private static float Score(InferenceSession session, int[] ids) => Runs.Run(session, [ids], ids.Length, "logits")[0][0];
}
