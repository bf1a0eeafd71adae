using System.Text.Json;
using EmbedPlatform.Inference.Models.Import;
using EmbedPlatform.Inference.Tokenization;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Models;

public sealed class BertTokenizerTests
{
    private const string Small = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\n##se\n";

    [Fact]
    public void The_vocabulary_of_uncased_BERT_gives_the_published_tokenizer()
    {
        using var published = JsonDocument.Parse(File.ReadAllBytes(SharedAssets.Require("tokenizers/bert-uncased/tokenizer.json")));
        var pieces = published
            .RootElement.GetProperty("model")
            .GetProperty("vocab")
            .EnumerateObject()
            .OrderBy(piece => piece.Value.GetInt32())
            .Select(piece => piece.Name);

        using var built = JsonDocument.Parse(BertTokenizer.Convert(string.Join('\n', pieces) + '\n'));

        Assert.True(JsonElement.DeepEquals(published.RootElement, built.RootElement));
    }

    [Fact]
    public void Texts_keep_their_case_where_the_vocabulary_has_it_or_its_files_say_so()
    {
        Assert.Equal([2, 5, 3], Ids(Small, null, "The"));
        Assert.Equal([2, 1, 3], Ids(Small, false, "The"));
        Assert.Equal([2, 7, 3], Ids($"{Small}The\n", null, "The"));
        Assert.Equal([2, 5, 3], Ids($"{Small}The\n", true, "The"));
    }

    [Fact]
    public void Lines_may_end_as_on_Windows() => Assert.Equal([2, 5, 6, 3], Ids(Small.ReplaceLineEndings("\r\n"), null, "these"));

    [Theory]
    [InlineData("the\n[UNK]\n", "vocab.txt has no [PAD], no [CLS], no [SEP]")]
    [InlineData($"{Small}the\n", "vocab.txt contains 'the' twice: on lines 6 and 8")]
    public void Another_file_is_refused_with_what_is_wrong(string vocabulary, string answer) =>
        Assert.Contains(
            answer,
            Assert.Throws<InvalidDataException>(() => BertTokenizer.Convert(vocabulary)).Message,
            StringComparison.Ordinal
        );

    private static int[] Ids(string vocabulary, bool? lowercase, string text)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["tokenizer.json"], BertTokenizer.Convert(vocabulary, lowercase));
        return Tokenizer.Load(folder["tokenizer.json"]).Encode(text).Ids;
    }
}
