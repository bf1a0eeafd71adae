using EmbedPlatform.Inference.Tokenization;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Tokenization;

/// <summary>What users may send to the real tokenizer files.</summary>
public sealed class HostileTextTests
{
    private const int Million = 1 << 20;
    private const string Names = "</s> <s> <pad> <mask> [CLS] [SEP] [MASK] [PAD] </s><s>[CLS]";

    public static TheoryData<string> Files => RealFiles.All;

    public static TheoryData<string> FilesWithSpecialTokens => RealFiles.WithSpecialTokens;

    // What takes time in the square of the length takes hours here: a million units are 10^12 steps.
    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Files))]
    public async Task A_million_of_one_character_or_of_a_few_by_turns_comes_to_an_end(string file)
    {
        var tokenizer = RealFiles.Load(file);
        foreach (
            var unit in new[]
            {
                "a",
                "\u0301",
                "a\u0323\u0307",
                "\u0301\u0316",
                " ",
                "\n",
                " \n",
                "\uD800",
                "\uDC00",
                "\u4E00",
                "\u4E00 ",
                "a ",
                "Σ.",
                "<",
                "[SEP",
                "</s",
                ".",
                "\uAC00",
                "\u1100",
                "\U0001F468\u200D",
                "▁",
                "A1",
            }
        )
        {
            var text = string.Concat(Enumerable.Repeat(unit, Million / unit.Length));
            var encoding = await Task.Run(() => tokenizer.Encode(text), TestContext.Current.CancellationToken);
            AssertPlausible(tokenizer, text, encoding);
        }
    }

    // U+FDFA alone decomposes into 18 characters, which is the most there is.
    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Files))]
    public async Task A_text_that_grows_to_a_million_comes_to_an_end(string file)
    {
        var tokenizer = RealFiles.Load(file);
        var text = new string('\uFDFA', Million / 18);
        var encoding = await Task.Run(() => tokenizer.Encode(text), TestContext.Current.CancellationToken);
        AssertPlausible(tokenizer, text, encoding);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Any_utf16_gives_valid_ids_and_ordered_offsets_inside_the_text(string file)
    {
        var tokenizer = RealFiles.Load(file);
        var random = new Random(7);
        for (var round = 0; round < 1000; round++)
        {
            var text = RandomText(random);
            AssertPlausible(tokenizer, text, tokenizer.Encode(text));
        }
    }

    [Theory]
    [MemberData(nameof(FilesWithSpecialTokens))]
    public void Names_of_special_tokens_are_plain_text_where_they_are_not_matched(string file)
    {
        var tokenizer = RealFiles.Load(file);
        var specials = tokenizer.Encode(Names, new EncodeOptions { AddSpecialTokens = false }).Ids.ToHashSet();
        var plain = tokenizer.Encode(Names, new EncodeOptions { AddSpecialTokens = false, MatchSpecialTokens = false });

        var unknown = tokenizer.Encode("𒀀", new EncodeOptions { AddSpecialTokens = false }).Ids;
        Assert.Contains(specials, id => tokenizer.Decode([id]).Length == 0);
        Assert.DoesNotContain(
            plain.Ids.Except(unknown),
            id => tokenizer.Decode([id]).Length == 0 && tokenizer.Decode([id], skipSpecialTokens: false).Trim().Length > 0
        );
    }

    [Theory]
    [InlineData("tokenizers/bert-uncased/tokenizer.json", "a plain text, and a second one.")]
    [InlineData("tokenizers/xlm-roberta/tokenizer.json", "A plain text, und Straße, 東京タワー.")]
    public void Decoding_gives_a_plain_text_back(string file, string text)
    {
        var tokenizer = RealFiles.Load(file);

        Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text).Ids));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Many_threads_at_once_get_the_ids_of_one(string file)
    {
        var tokenizer = RealFiles.Load(file);
        var random = new Random(11);
        var texts = Enumerable.Range(0, 200).Select(_ => RandomText(random)).ToArray();
        var expected = texts.Select(text => tokenizer.Encode(text).Ids).ToArray();

        Parallel.For(
            0,
            2000,
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            i => Assert.Equal(expected[i % texts.Length], tokenizer.Encode(texts[i % texts.Length]).Ids)
        );
    }

    private static void AssertPlausible(Tokenizer tokenizer, string text, Encoding encoding)
    {
        var last = new TokenOffset(0, 0);
        for (var i = 0; i < encoding.Ids.Length; i++)
        {
            if ((uint)encoding.Ids[i] >= (uint)tokenizer.VocabularySize)
            {
                Assert.Fail($"{encoding.Ids[i]} of {tokenizer.VocabularySize}");
            }

            if (!encoding.SpecialMask[i])
            {
                var offset = encoding.Offsets[i];
                if (last.Start > offset.Start || last.End > offset.End || offset.Start > offset.End || offset.End > text.Length)
                {
                    Assert.Fail($"{last} then {offset} of {text.Length}");
                }

                last = offset;
            }
        }
    }

    private static string RandomText(Random random) =>
        string.Create(
            random.Next(60),
            random,
            (text, source) =>
            {
                for (var i = 0; i < text.Length; i++)
                {
                    text[i] = source.Next(8) switch
                    {
                        0 => (char)source.Next(0x10000),
                        1 => (char)source.Next(0x300, 0x370),
                        2 => (char)source.Next(0xD800, 0xE000),
                        3 => (char)source.Next(0x3040, 0xA000),
                        4 => ' ',
                        _ => (char)source.Next(0x20, 0x180),
                    };
                }
            }
        );
}
