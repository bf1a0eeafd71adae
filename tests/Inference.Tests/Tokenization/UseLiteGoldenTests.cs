using System.Text.Json;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Tokenization;

public sealed class UseLiteGoldenTests
{
    [Fact]
    public void Every_text_of_the_reference_gives_the_same_ids()
    {
        using var reference = JsonDocument.Parse(File.ReadAllText(SharedAssets.Require("models/use-lite/reference.json")));
        var tokenizer = RealFiles.UseLite();

        Assert.All(
            reference.RootElement.GetProperty("items").EnumerateArray(),
            item =>
                Assert.Equal(
                    item.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()),
                    tokenizer.Encode(item.GetProperty("text").GetString()).Ids
                )
        );
    }
}
