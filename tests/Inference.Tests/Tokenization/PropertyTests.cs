using EmbedPlatform.Inference.Tokenization;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Tokenization;

/// <summary>What holds for every text and tokenizer.</summary>
public sealed class PropertyTests
{
    private const int BytesOfAToken = sizeof(int) + sizeof(int) + (2 * sizeof(int)) + sizeof(bool);
    private static readonly string[] Sentences =
    [
        "The quick brown fox jumps over the lazy dog, 42 times.",
        "Zusammenarbeit der Rahmenwerke",
        "naïve café déjà vu",
        "東京タワー 한국어 😀",
        "x <y> [z] e-mail@example.org",
    ];

    public static TheoryData<string> Files => RealFiles.All;

    [Theory]
    [MemberData(nameof(Files))]
    public void A_truncated_text_is_the_beginning_or_end_of_the_whole_and_never_longer_than_the_limit(string file)
    {
        var tokenizer = RealFiles.Load(file);
        var whole = tokenizer.Encode(string.Join(' ', Sentences));
        var text = whole.Ids.Where((_, i) => !whole.SpecialMask[i]).ToArray();
        foreach (var side in (Truncation[])[Truncation.Right, Truncation.Left])
        {
            for (var limit = 0; limit <= whole.Ids.Length + 1; limit++)
            {
                var cut = tokenizer.Encode(string.Join(' ', Sentences), new EncodeOptions { MaxTokens = limit, Truncation = side });
                var kept = cut.Ids.Where((_, i) => !cut.SpecialMask[i]).ToArray();

                Assert.Equal(Math.Min(limit, whole.Ids.Length), cut.Ids.Length);
                Assert.Equal(whole.Ids.Length, cut.TotalTokens);
                Assert.Equal(side == Truncation.Right ? text[..kept.Length] : text[^kept.Length..], kept);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_truncated_pair_is_as_long_as_the_limit_with_every_strategy(string file)
    {
        var tokenizer = RealFiles.Load(file);
        var total = tokenizer.EncodePair(Sentences[0], Sentences[1]).Ids.Length;
        foreach (var strategy in Enum.GetValues<TruncationStrategy>())
        {
            for (var limit = 0; limit <= total + 1; limit++)
            {
                var cut = tokenizer.EncodePair(Sentences[0], Sentences[1], new EncodeOptions { MaxTokens = limit, Strategy = strategy });
                Assert.InRange(cut.Ids.Length, 0, limit);
                Assert.Equal(Math.Min(limit, total), cut.Ids.Length);
                Assert.Equal(cut.Ids.Length, cut.TypeIds.Length);
            }
        }
    }

    [Theory]
    [InlineData("tokenizers/bert-uncased/tokenizer.json")]
    [InlineData("tokenizers/xlm-roberta/tokenizer.json")]
    public void The_positions_of_a_token_are_where_its_name_stands_in_the_text(string file)
    {
        var tokenizer = RealFiles.Load(file);
        var text = string.Join(' ', Sentences.Where(sentence => System.Text.Ascii.IsValid(sentence)));
        var encoding = tokenizer.Encode(text);

        for (var i = 0; i < encoding.Ids.Length; i++)
        {
            var slice = text[encoding.Offsets[i].Start..encoding.Offsets[i].End];
            var name = tokenizer.Decode([encoding.Ids[i]]);
            Assert.Contains(
                slice,
                new[] { name.Length == 0 ? slice : name, name.Replace("##", "", StringComparison.Ordinal) },
                StringComparer.OrdinalIgnoreCase
            );
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_character_of_a_plain_text_lies_in_a_token_unless_it_is_white_space(string file)
    {
        var tokenizer = RealFiles.Load(file);
        var text = string.Join(' ', Sentences);
        var covered = new bool[text.Length];
        foreach (var offset in tokenizer.Encode(text).Offsets)
        {
            Array.Fill(covered, true, offset.Start, offset.End - offset.Start);
        }

        Assert.DoesNotContain(Enumerable.Range(0, text.Length), i => !covered[i] && !char.IsWhiteSpace(text[i]));
    }

    // Nothing is allocated for a token or a word. The buffers, which change places, have grown to the text's size after a few times.
    [Theory]
    [MemberData(nameof(Files))]
    public void Tokenizing_allocates_the_result_and_nothing_more(string file)
    {
        var tokenizer = RealFiles.Load(file);
        var text = string.Join(' ', Enumerable.Repeat(string.Join(' ', Sentences), 50));
        var tokens = Enumerable.Range(0, 5).Max(_ => tokenizer.Encode(text).Ids.Length);

        // A garbage collection takes pooled buffers away, which costs one run a new one.
        var allocated = Enumerable
            .Range(0, 5)
            .Min(_ =>
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                tokenizer.Encode(text);
                return GC.GetAllocatedBytesForCurrentThread() - before;
            });

        Assert.InRange(allocated, 0, (tokens * BytesOfAToken) + 2000);
    }
}
