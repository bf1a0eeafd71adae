using EmbedPlatform.Inference.Tokenization;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Tokenization;

public sealed class LoadingTests
{
    [Theory]
    [InlineData("normalizer")]
    [InlineData("pre_tokenizer")]
    [InlineData("model")]
    [InlineData("decoder")]
    [InlineData("post_processor")]
    public void An_unsupported_type_is_refused_by_name(string part)
    {
        var problem = Assert.Throws<TokenizerFormatException>(() => new TokenizerJson().With(part, """{"type":"Martian"}""").Build());

        Assert.Contains(part, problem.Message, StringComparison.Ordinal);
        Assert.Contains("Martian", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("normalizer", """{"type":"Sequence","normalizers":[{"type":"Martian"}]}""", "Martian")]
    [InlineData("pre_tokenizer", """{"type":"Sequence","pretokenizers":[{"type":"Martian"}]}""", "Martian")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"Regex":"["}}""", "Split")]
    [InlineData("model", """{"type":"BPE","dropout":0.1,"vocab":{},"merges":[]}""", "dropout")]
    [InlineData("model", """{"type":"BPE","vocab":{"a":0},"merges":["a b"]}""", "merge 0")]
    [InlineData("model", """{"type":"BPE","unk_token":"?","vocab":{"a":0},"merges":[]}""", "unk_token")]
    [InlineData("model", """{"type":"BPE","vocab":{"a":-1},"merges":[]}""", "-1")]
    [InlineData("model", """{"type":"WordPiece","vocab":{"a":2000000000}}""", "2000000000")]
    [InlineData("model", """{"type":"Unigram","unk_id":9,"vocab":[["a",0]]}""", "unk_id")]
    [InlineData("model", """{"type":"Unigram","unk_id":0,"vocab":[[null,0]]}""", "tokenizer")]
    [InlineData("truncation", """{"max_length":-1}""", "max_length")]
    [InlineData("truncation", """{"max_length":8,"strategy":"Martian"}""", "strategy 'Martian'")]
    [InlineData("truncation", """{"max_length":8,"direction":"Up"}""", "direction 'Up'")]
    [InlineData("padding", """{"strategy":"Martian"}""", "strategy 'Martian'")]
    [InlineData("padding", """{"strategy":{"Fixed":8},"direction":"Up"}""", "direction 'Up'")]
    [InlineData(
        "post_processor",
        """{"type":"Sequence","processors":[{"type":"BertProcessing","cls":["a",1],"sep":["a",1]},"""
            + """{"type":"BertProcessing","cls":["a",1],"sep":["a",1]}]}""",
        "more than one"
    )]
    [InlineData("model", """{"type":"Unigram","unk_id":0,"vocab":[["a",-1e300]]}""", "score of piece 0")]
    [InlineData("added_tokens", """[{"id":-1,"content":"x"}]""", "-1")]
    [InlineData("added_tokens", """[{"id":5,"content":"x"},{"id":5,"content":"y"}]""", "5")]
    [InlineData(
        "post_processor",
        """{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[CLS]"}}],"pair":[],"special_tokens":{}}""",
        "[CLS]"
    )]
    [InlineData(
        "post_processor",
        """{"type":"TemplateProcessing","single":[{"Sequence":{"id":"B"}}],"pair":[],"special_tokens":{}}""",
        "single"
    )]
    public void A_damaged_file_is_refused_with_the_place(string part, string json, string named)
    {
        var problem = Assert.Throws<TokenizerFormatException>(() => new TokenizerJson().With(part, json).Build());

        Assert.Contains(named, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"model":7}""")]
    public void What_is_no_tokenizer_is_refused(string json) =>
        Assert.Throws<TokenizerFormatException>(() => Tokenizer.Parse(System.Text.Encoding.UTF8.GetBytes(json)));
}
