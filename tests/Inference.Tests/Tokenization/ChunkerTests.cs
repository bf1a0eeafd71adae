using System.Text;
using Microsoft.SemanticKernel.Text;
using Xunit;
using MlTokenizer = Microsoft.ML.Tokenizers.Tokenizer;

namespace EmbedPlatform.Inference.Tests.Tokenization;

/// <summary>Chunkers of others with this tokenizer.</summary>
public sealed class ChunkerTests
{
    private const int Most = 24;

    public static TheoryData<string> Files => RealFiles.All;

    [Theory]
    [MemberData(nameof(Files))]
    public void Semantic_Kernel_s_chunks_have_at_most_the_tokens_that_were_asked_for(string file)
    {
        MlTokenizer tokenizer = RealFiles.Load(file);
        var text = Document();

#pragma warning disable SKEXP0050 // TextChunker is marked as experimental.
        var lines = TextChunker.SplitPlainTextLines(text, Most, text => tokenizer.CountTokens(text));
        var chunks = TextChunker.SplitPlainTextParagraphs(lines, Most, tokenCounter: text => tokenizer.CountTokens(text));
#pragma warning restore SKEXP0050

        Assert.InRange(chunks.Count, tokenizer.CountTokens(text) / Most, tokenizer.CountTokens(text));
        Assert.All(chunks, chunk => Assert.InRange(tokenizer.CountTokens(chunk), 1, Most));
        Assert.Equal(WithoutBlanks(text), WithoutBlanks(string.Concat(chunks)));
    }

    // The calls of Microsoft.Extensions.DataIngestion's DocumentTokenChunker.
    [Theory]
    [MemberData(nameof(Files))]
    public void A_text_that_is_cut_again_and_again_where_the_tokenizer_says_comes_out_whole(string file)
    {
        var tokenizer = RealFiles.Load(file).ForChunkers;
        var (text, chunks) = (Document(), new List<string>());
        for (var rest = text; rest.Length > 0;)
        {
            var index = tokenizer.GetIndexByTokenCount(rest.AsSpan(), Most, out _, out var count, considerNormalization: false);
            Assert.InRange(count, 0, Most);
            Assert.InRange(index, 1, rest.Length);
            chunks.Add(rest[..index]);
            rest = rest[index..];
        }

        Assert.Equal(text, string.Concat(chunks));
        Assert.All(chunks, chunk => Assert.False(char.IsLowSurrogate(chunk[0]) || char.IsHighSurrogate(chunk[^1])));
        Assert.InRange(chunks.Count(chunk => tokenizer.CountTokens(chunk) > Most), 0, chunks.Count / 10);
    }

    private static string Document()
    {
        var text = new StringBuilder();
        for (var i = 0; i < 20; i++)
        {
            text.AppendLine(
                $"Paragraph {i} is about na\u00efve caf\u00e9 owners; THEY MISUNDERSTOOD everything, twice. It has a second sentence."
            );
            text.AppendLine("Stra\u00dfe und Gr\u00f6\u00dfe: zwei W\u00f6rter, ein Satz. \u6771\u4eac \U0001f600 ends it.");
        }

        return text.ToString();
    }

    private static string WithoutBlanks(string text) => string.Concat(text.Where(character => !char.IsWhiteSpace(character)));
}
