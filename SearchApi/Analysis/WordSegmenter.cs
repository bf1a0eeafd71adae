using System.Globalization;
using System.Text;
using Lucene.Net.Analysis;
using Lucene.Net.Analysis.Icu.Segmentation;
using Lucene.Net.Analysis.Standard;
using Lucene.Net.Analysis.TokenAttributes;
using Lucene.Net.Util;
using Microsoft.Extensions.ObjectPool;

namespace EmbedPlatform.SearchApi.Analysis;

/// <summary>
/// Finds words by the rules of Unicode (UAX #29). Thai, Lao, Khmer and Burmese are segmented with ICU's dictionaries. Emoji are segments,
/// other symbols are not.
/// </summary>
internal static class WordSegmenter
{
    private const LuceneVersion Version = LuceneVersion.LUCENE_48;
    private const char EmojiPresentation = '\uFE0F';
    private const char KeyCap = '\u20E3';

    private static readonly ObjectPool<Reusable> Words = Pool(() =>
        new Reusable(new StandardTokenizer(Version, TextReader.Null) { MaxTokenLength = int.MaxValue })
    );
    private static readonly ObjectPool<Reusable> Dictionaries = Pool(() =>
        new Reusable(new ICUTokenizer(TextReader.Null, new DefaultICUTokenizerConfig(cjkAsWords: false, myanmarAsWords: true)))
    );

    public static List<Segment> Segment(string text)
    {
        var segments = new List<Segment>(text.Length / 6);
        var pooled = Words.Get();
        var end = 0;
        foreach (var (start, stop, type) in pooled.Read(text))
        {
            AddEmoji(text, end, start, segments);
            end = stop;
            if (type == SoutheastAsian)
            {
                AddByDictionary(text, start, stop, segments);
            }
            else
            {
                segments.Add(new Segment(start, stop, KindOf(type)));
            }
        }

        Words.Return(pooled);
        AddEmoji(text, end, text.Length, segments);
        return segments;
    }

    private static readonly string SoutheastAsian = StandardTokenizer.TOKEN_TYPES[StandardTokenizer.SOUTHEAST_ASIAN];

    private static readonly Dictionary<string, SegmentKind> Kinds = new()
    {
        [StandardTokenizer.TOKEN_TYPES[StandardTokenizer.NUM]] = SegmentKind.Number,
        [StandardTokenizer.TOKEN_TYPES[StandardTokenizer.IDEOGRAPHIC]] = SegmentKind.Cjk,
        [StandardTokenizer.TOKEN_TYPES[StandardTokenizer.HIRAGANA]] = SegmentKind.Cjk,
        [StandardTokenizer.TOKEN_TYPES[StandardTokenizer.KATAKANA]] = SegmentKind.Cjk,
        [StandardTokenizer.TOKEN_TYPES[StandardTokenizer.HANGUL]] = SegmentKind.Cjk,
    };

    private static SegmentKind KindOf(string type) => Kinds.GetValueOrDefault(type, SegmentKind.Word);

    private static void AddByDictionary(string text, int start, int stop, List<Segment> segments)
    {
        var pooled = Dictionaries.Get();
        foreach (var (from, to, _) in pooled.Read(text[start..stop]))
        {
            segments.Add(new Segment(start + from, start + to, SegmentKind.Word));
        }

        Dictionaries.Return(pooled);
    }

    private static void AddEmoji(string text, int start, int end, List<Segment> segments)
    {
        var gap = text.AsSpan(start, end - start);
        if (System.Text.Ascii.IsValid(gap))
        {
            return;
        }

        while (gap.Length > 0)
        {
            var length = StringInfo.GetNextTextElementLength(gap);
            if (IsEmoji(gap[..length]))
            {
                segments.Add(new Segment(end - gap.Length, end - gap.Length + length, SegmentKind.Emoji));
            }

            gap = gap[length..];
        }
    }

    // Unicode 10's tables in ICU lack newer emoji, so the blocks decide.
    private static bool IsEmoji(ReadOnlySpan<char> element)
    {
        if (Rune.DecodeFromUtf16(element, out var rune, out _) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        return rune.Value is >= 0x1F000 and < 0x1FB00 or >= 0x2600 and <= 0x27BF or >= 0x2B00 and <= 0x2BFF or >= 0x231A and <= 0x23FF
            || element.IndexOfAny(EmojiPresentation, KeyCap) >= 0;
    }

    private static ObjectPool<Reusable> Pool(Func<Reusable> create) => new DefaultObjectPool<Reusable>(new Policy(create));

    private sealed class Policy(Func<Reusable> create) : PooledObjectPolicy<Reusable>
    {
        public override Reusable Create() => create();

        public override bool Return(Reusable obj) => true;
    }

    /// <summary>A tokenizer that reads one text after another.</summary>
    private sealed class Reusable(Tokenizer tokenizer)
    {
        private readonly IOffsetAttribute _offset = tokenizer.AddAttribute<IOffsetAttribute>();
        private readonly ITypeAttribute _type = tokenizer.AddAttribute<ITypeAttribute>();

        public IEnumerable<(int Start, int End, string Type)> Read(string text)
        {
            tokenizer.SetReader(new StringReader(text));
            tokenizer.Reset();
            while (tokenizer.IncrementToken())
            {
                yield return (_offset.StartOffset, _offset.EndOffset, _type.Type);
            }

            tokenizer.End();
            tokenizer.Dispose();
        }
    }
}
