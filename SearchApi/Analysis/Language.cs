using Lucene.Net.Analysis;
using Lucene.Net.Analysis.Ar;
using Lucene.Net.Analysis.Bg;
using Lucene.Net.Analysis.Br;
using Lucene.Net.Analysis.Ca;
using Lucene.Net.Analysis.Ckb;
using Lucene.Net.Analysis.Cz;
using Lucene.Net.Analysis.Da;
using Lucene.Net.Analysis.De;
using Lucene.Net.Analysis.El;
using Lucene.Net.Analysis.En;
using Lucene.Net.Analysis.Es;
using Lucene.Net.Analysis.Eu;
using Lucene.Net.Analysis.Fa;
using Lucene.Net.Analysis.Fi;
using Lucene.Net.Analysis.Fr;
using Lucene.Net.Analysis.Ga;
using Lucene.Net.Analysis.Gl;
using Lucene.Net.Analysis.Hi;
using Lucene.Net.Analysis.Hu;
using Lucene.Net.Analysis.Hy;
using Lucene.Net.Analysis.Id;
using Lucene.Net.Analysis.In;
using Lucene.Net.Analysis.It;
using Lucene.Net.Analysis.Lv;
using Lucene.Net.Analysis.Nl;
using Lucene.Net.Analysis.No;
using Lucene.Net.Analysis.Pt;
using Lucene.Net.Analysis.Ro;
using Lucene.Net.Analysis.Ru;
using Lucene.Net.Analysis.Snowball;
using Lucene.Net.Analysis.Sv;
using Lucene.Net.Analysis.Th;
using Lucene.Net.Analysis.Tr;
using Lucene.Net.Analysis.Util;
using Lucene.Net.Tartarus.Snowball.Ext;
using Lucene.Net.Util;

namespace EmbedPlatform.SearchApi.Analysis;

/// <summary>Lucene's rules for the words of a language. Words reach <paramref name="Normalise"/> in folded case.</summary>
/// <param name="Name">The name in the API.</param>
/// <param name="StopWords">Words too frequent to score, as <paramref name="Normalise"/> returns them.</param>
/// <param name="Normalise">Removes elisions and possessives and unifies spellings.</param>
/// <param name="Stem">Reduces a word to its stem.</param>
internal sealed record Language(
    string Name,
    CharArraySet StopWords,
    Func<TokenStream, TokenStream> Normalise,
    Func<TokenStream, TokenStream> Stem
)
{
    public const string Default = "english";

    public const string Simple = "simple";

    public const string Turkish = "turkish";

    private const LuceneVersion Version = LuceneVersion.LUCENE_48;

    private static readonly CharArraySet None = CharArraySet.Empty;

    private static readonly CharArraySet Catalan = Elisions("d", "l", "m", "n", "s", "t");
    private static readonly CharArraySet Irish = Elisions("d", "m", "b");
    private static readonly CharArraySet Italian = Elisions([
        "c",
        "l",
        "all",
        "dall",
        "dell",
        "nell",
        "sull",
        "coll",
        "pell",
        "gl",
        "agl",
        "dagl",
        "degl",
        "negl",
        "sugl",
        "un",
        "m",
        "t",
        "s",
        "v",
        "d",
    ]);

    /// <summary>All languages by name.</summary>
    public static IReadOnlyDictionary<string, Language> All { get; } =
        new[]
        {
            new Language("arabic", ArabicAnalyzer.DefaultStopSet, Same, word => new ArabicStemFilter(new ArabicNormalizationFilter(word))),
            new Language("armenian", ArmenianAnalyzer.DefaultStopSet, Same, Snowball<ArmenianStemmer>),
            new Language("basque", BasqueAnalyzer.DefaultStopSet, Same, Snowball<BasqueStemmer>),
            new Language("brazilian", BrazilianAnalyzer.DefaultStopSet, Same, word => new BrazilianStemFilter(word)),
            new Language("bulgarian", BulgarianAnalyzer.DefaultStopSet, Same, word => new BulgarianStemFilter(word)),
            new Language("catalan", CatalanAnalyzer.DefaultStopSet, word => new ElisionFilter(word, Catalan), Snowball<CatalanStemmer>),
            new Language("czech", CzechAnalyzer.DefaultStopSet, Same, word => new CzechStemFilter(word)),
            new Language("danish", DanishAnalyzer.DefaultStopSet, Same, Snowball<DanishStemmer>),
            new Language("dutch", DutchAnalyzer.DefaultStopSet, Same, Snowball<Lucene.Net.Tartarus.Snowball.Ext.DutchStemmer>),
            new Language(
                Default,
                SnowballStopWords("english_stop.txt"),
                word => new EnglishPossessiveFilter(Version, word),
                Snowball<EnglishStemmer>
            ),
            new Language("finnish", FinnishAnalyzer.DefaultStopSet, Same, Snowball<FinnishStemmer>),
            new Language(
                "french",
                FrenchAnalyzer.DefaultStopSet,
                word => new ElisionFilter(word, FrenchAnalyzer.DEFAULT_ARTICLES),
                word => new FrenchLightStemFilter(word)
            ),
            new Language("galician", GalicianAnalyzer.DefaultStopSet, Same, word => new GalicianStemFilter(word)),
            new Language(
                "german",
                GermanAnalyzer.DefaultStopSet,
                Same,
                word => new GermanLightStemFilter(new GermanNormalizationFilter(word))
            ),
            new Language(
                "greek",
                GreekAnalyzer.DefaultStopSet,
                word => new GreekLowerCaseFilter(Version, word),
                word => new GreekStemFilter(word)
            ),
            new Language(
                "hindi",
                HindiAnalyzer.DefaultStopSet,
                word => new HindiNormalizationFilter(new IndicNormalizationFilter(word)),
                word => new HindiStemFilter(word)
            ),
            new Language("hungarian", HungarianAnalyzer.DefaultStopSet, Same, Snowball<HungarianStemmer>),
            new Language("indonesian", IndonesianAnalyzer.DefaultStopSet, Same, word => new IndonesianStemFilter(word)),
            new Language("irish", IrishAnalyzer.DefaultStopSet, word => new ElisionFilter(word, Irish), Snowball<IrishStemmer>),
            new Language(
                "italian",
                ItalianAnalyzer.DefaultStopSet,
                word => new ElisionFilter(word, Italian),
                word => new ItalianLightStemFilter(word)
            ),
            new Language("latvian", LatvianAnalyzer.DefaultStopSet, Same, word => new LatvianStemFilter(word)),
            new Language("norwegian", NorwegianAnalyzer.DefaultStopSet, Same, Snowball<NorwegianStemmer>),
            new Language(
                "persian",
                PersianAnalyzer.DefaultStopSet,
                word => new PersianNormalizationFilter(new ArabicNormalizationFilter(word)),
                Same
            ),
            new Language("portuguese", PortugueseAnalyzer.DefaultStopSet, Same, word => new PortugueseLightStemFilter(word)),
            new Language("romanian", RomanianAnalyzer.DefaultStopSet, Same, Snowball<RomanianStemmer>),
            new Language("russian", RussianAnalyzer.DefaultStopSet, Same, Snowball<RussianStemmer>),
            new Language(
                "sorani",
                SoraniAnalyzer.DefaultStopSet,
                word => new SoraniNormalizationFilter(word),
                word => new SoraniStemFilter(word)
            ),
            new Language("spanish", SpanishAnalyzer.DefaultStopSet, Same, word => new SpanishLightStemFilter(word)),
            new Language("swedish", SwedishAnalyzer.DefaultStopSet, Same, Snowball<SwedishStemmer>),
            new Language("thai", ThaiAnalyzer.DefaultStopSet, Same, Same),
            new Language(Turkish, TurkishAnalyzer.DefaultStopSet, word => new ApostropheFilter(word), Snowball<TurkishStemmer>),
        }
            // Segmented and folded, without stop words and stems. Earlier versions stemmed the last five in PostgreSQL.
            .Concat(
                (
                    (string[])
                        [Simple, "chinese", "japanese", "khmer", "korean", "lao", "lithuanian", "nepali", "serbian", "tamil", "yiddish"]
                ).Select(name => new Language(name, None, Same, Same))
            )
            .ToDictionary(language => language.Name, StringComparer.Ordinal);

    private static TokenStream Same(TokenStream word) => word;

    private static SnowballFilter Snowball<TStemmer>(TokenStream word)
        where TStemmer : Lucene.Net.Tartarus.Snowball.SnowballProgram, new() => new(word, new TStemmer());

    private static CharArraySet Elisions(params string[] articles) => new(Version, articles, ignoreCase: true);

    private static CharArraySet SnowballStopWords(string file)
    {
        using var reader = new StreamReader(
            typeof(SnowballFilter).Assembly.GetManifestResourceStream($"Lucene.Net.Analysis.Common.Analysis.Snowball.{file}")!
        );
        return WordlistLoader.GetSnowballWordSet(reader, Version);
    }
}
