using EmbedPlatform.SearchApi.Analysis;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests.Analysis;

public sealed class TextAnalyzerTests
{
    private static readonly TextAnalyzer English = TextAnalyzer.For("english", foldAccents: true);

    [Theory]
    [InlineData("Use List<Customer> or Dictionary<string, Invoice>", "use list custom or dictionari string invoic")]
    [InlineData("<b>bold</b> &amp; plain", "b bold b amp plain")]
    [InlineData("GPT-3, GPT-4", "gpt 3 gpt 4")]
    [InlineData("well-known", "well known")]
    [InlineData("don't, Bob's", "don't bob")]
    [InlineData("60,331 and 3.14", "60331 and 3.14")]
    [InlineData("١٢٣ १२३", "123 123")]
    [InlineData("ＡＢＣ１２３ ﬁne", "abc123 fine")]
    [InlineData("co\u00ADoper\u00ADate", "cooper")]
    [InlineData("DNAs", "dnas")]
    public void Words_are_segmented_folded_and_stemmed(string text, string words) => Assert.Equal(words, Words(English, text));

    [Theory]
    [InlineData("nginx.conf", "nginx conf", "nginx.conf")]
    [InlineData("node.js's", "node js", "node.js")]
    [InlineData("/etc/nginx/nginx.conf", "etc nginx nginx conf", "nginx.conf")]
    [InlineData("https://example.com/path/invoice-2024.pdf", "https exampl com path invoic 2024 pdf", "example.com invoice2024.pdf")]
    [InlineData("bob@example.org", "bob exampl org", "bob@example.org")]
    [InlineData("CVE-2026-2332", "cve 2026 2332", "cve20262332")]
    [InlineData("covid-19", "covid 19", "covid19")]
    [InlineData("snake_case", "snake case", "snakecas")]
    [InlineData("snakeCase", "snake case", "snakecas")]
    [InlineData("XMLHttpRequest", "xml http request", "xmlhttprequest")]
    [InlineData("userId", "user id", "userid")]
    [InlineData("mRNA", "mrna", "")]
    [InlineData("RhoA", "rhoa", "")]
    [InlineData("clpC_deletion", "clpc delet", "clpcdelet")]
    [InlineData("iPhones", "iphon", "")]
    [InlineData("e-mail", "e mail", "email")]
    [InlineData("state-of-the-art", "state of the art", "stateoftheart")]
    [InlineData("C++ and C#", "c and c", "c++ c#")]
    [InlineData("the .NET runtime", "the net runtim", ".net")]
    [InlineData("the end.", "the end", "")]
    [InlineData("U.S.A.", "u s a", "usa")]
    [InlineData("R&D", "r d", "r&d")]
    [InlineData("1.2.3", "1 2 3", "1.2.3")]
    [InlineData("v1.2", "v1 2", "v1.2")]
    [InlineData("H\u2082O and m\u00B2", "h o and m", "h2o m2")]
    [InlineData("zero\u200Bwidth", "zero width", "zerowidth")]
    [InlineData("O'Reilly", "o reilli", "oreilli")]
    public void Compounds_are_indexed_in_parts_and_whole(string text, string words, string compounds)
    {
        Assert.Equal(words, Words(English, text));
        Assert.Equal(compounds, Terms(English, text, TokenKind.Compound));
    }

    [Theory]
    [InlineData("我们在北京大学", "我 们 在 北 京 大 学", "我们 们在 在北 北京 京大 大学")]
    [InlineData("カタカナ", "カ タ カ ナ", "カタ タカ カナ")]
    [InlineData("ｶﾞｷﾞ", "ガ ギ", "ガギ")]
    [InlineData("で て", "で て", "")]
    [InlineData("한국어", "한 국 어", "한국 국어")]
    [InlineData("北京 大学", "北 京 大 学", "北京 大学")]
    public void Characters_of_Chinese_Japanese_and_Korean_are_indexed_alone_and_in_pairs(string text, string words, string bigrams)
    {
        Assert.Equal(words, Words(English, text));
        Assert.Equal(bigrams, Terms(English, text, TokenKind.Bigram));
    }

    [Theory]
    [InlineData("โรงพยาบาลเปิด", "โรง พยาบาล เปิด")]
    [InlineData("ຂ້ອຍຮັກພາສາລາວ", "ຂ້ອຍ ຮັກ ພາສາ ລາວ")]
    [InlineData("ភាសាខ្មែរ", "ភាសាខ្មែរ")]
    [InlineData("🎉 party", "🎉 parti")]
    [InlineData("I ❤️ NY", "i ❤ ny")]
    [InlineData("👍🏽 👨‍👩‍👧 🇩🇪", "👍 👨‍👩‍👧 🇩🇪")]
    public void Scripts_without_spaces_and_emoji_have_words(string text, string words) => Assert.Equal(words, Words(English, text));

    [Theory]
    [InlineData("turkish", "IĞDIR", "Iğdır")]
    [InlineData("turkish", "ışık", "IŞIK")]
    [InlineData("turkish", "İstanbul'da", "istanbul")]
    [InlineData("german", "STRASSE", "Straße")]
    [InlineData("german", "Häuser", "Haus")]
    [InlineData("german", "Mueller", "müller")]
    [InlineData("greek", "ΟΔΟΣ", "οδός")]
    [InlineData("french", "l'élève", "élèves")]
    [InlineData("italian", "dell'acqua", "acqua")]
    [InlineData("russian", "книги", "книга")]
    [InlineData("arabic", "الكتاب", "كتاب")]
    [InlineData("persian", "کتاب‌ها", "کتاب")]
    [InlineData("hindi", "किताबें", "किताब")]
    [InlineData("finnish", "taloissa", "talo")]
    [InlineData("english", "cafe\u0301 bru\u0302le\u0301e", "café brûlée")]
    [InlineData("simple", "naïve", "naive")]
    [InlineData("spanish", "canciones", "cancion")]
    public void Forms_of_a_word_match_in_its_language(string language, string text, string query)
    {
        var analyzer = TextAnalyzer.For(language, foldAccents: true);
        var terms = analyzer.Analyze(text).Select(token => token.Term).ToHashSet();

        Assert.All(
            analyzer.AnalyzeQuery(query, keepStopWords: false),
            word => Assert.Contains(word.Variants, variant => terms.Contains(variant.Term))
        );
    }

    [Fact]
    public void The_spelling_of_the_query_ranks_first()
    {
        Assert.True(Weight("naïve", "naïve") > Weight("naïve", "naive"));
        Assert.True(Weight("naive", "naive") > Weight("naive", "naïve"));
        Assert.True(Weight("naïve", "naive") > 0);
        Assert.True(Weight("naive", "naïve") > 0);
        Assert.Equal(0, Weight("naive", "naïve", foldAccents: false));
        Assert.Equal(Weight("naïve", "naïve"), Weight("naive", "naive"));
    }

    [Fact]
    public void Marks_that_are_part_of_the_spelling_stay()
    {
        Assert.Equal("で", Words(English, "で"));
        Assert.Equal("ก่อน", Words(English, "ก่อน"));
        Assert.NotEqual(Words(English, "ไกล"), Words(English, "ใกล้"));
    }

    [Fact]
    public void A_query_of_stop_words_alone_scores_them_and_others_do_not()
    {
        Assert.Equal(["\u0001to", "\u0001be"], QueryOf("to be", keepStopWords: true));
        Assert.Empty(QueryOf("to be", keepStopWords: false));
        Assert.Equal(["soup", "day"], QueryOf("soup of the day", keepStopWords: true));
    }

    [Fact]
    public void Pairs_of_characters_replace_their_characters_in_queries()
    {
        Assert.Equal(["北京"], QueryOf("北京", keepStopWords: true));
        Assert.Equal(["茶"], QueryOf("茶", keepStopWords: true));
    }

    [Fact]
    public void Offsets_are_those_of_the_text()
    {
        const string Text = "🎉 Straße, ﬁne café\u0301 nginx.conf 北京";

        foreach (var token in English.Analyze(Text))
        {
            Assert.InRange(token.Start, 0, token.End - 1);
            Assert.InRange(token.End, token.Start + 1, Text.Length);
            Assert.False(char.IsLowSurrogate(Text[token.Start]));
        }

        Assert.Contains(English.Analyze(Text), token => token.Term == "nginx.conf" && Text[token.Start..token.End] == "nginx.conf");
    }

    [Fact]
    public void Terms_fit_into_an_index_entry()
    {
        var token = Assert.Single(English.Analyze(string.Concat(Enumerable.Repeat("𐐀", 5_000))));

        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(token.Term), 1, 2_000);
        Assert.False(char.IsHighSurrogate(token.Term[^1]));
    }

    [Fact]
    public void Any_text_can_be_analyzed()
    {
        var random = new Random(16);
        int[] alphabet =
        [
            .. "aB1.,-_@&#+'\" \n<é\u0301\u200B\u200D\uFE0Fß北で한ก🎉🇩👍\uD83C\u00AD₂ﾞ".Select(c => (int)c),
            0x1F3FD,
            0x10400,
        ];
        foreach (var analyzer in Language.All.Values.Select(language => new TextAnalyzer(language, foldAccents: true)))
        {
            for (var i = 0; i < 1_000; i++)
            {
                var text = string.Concat(
                    Enumerable.Range(0, random.Next(30)).Select(_ => alphabet[random.Next(alphabet.Length)]).Select(Character)
                );
                var tokens = analyzer.Analyze(text);

                Assert.All(tokens, token => Assert.True(0 <= token.Start && token.Start < token.End && token.End <= text.Length));
                Assert.All(tokens, token => Assert.NotEqual(string.Empty, TermPrefix.Strip(token.Term)));
                var positions = tokens.Where(token => token.Kind is TokenKind.Word or TokenKind.StopWord).Select(token => token.Position);
                Assert.Equal(Enumerable.Range(0, positions.Count()), positions);
            }
        }

        static string Character(int code) => code is >= 0xD800 and < 0xE000 ? ((char)code).ToString() : char.ConvertFromUtf32(code);
    }

    [Fact]
    public void Concurrent_texts_get_the_terms_that_they_get_alone()
    {
        string[] texts =
        [
            .. Enumerable.Range(0, 64).Select(text => string.Join(' ', Enumerable.Range(0, 2_000).Select(i => $"w{text * i}"))),
        ];
        var alone = texts.Select(text => Words(new TextAnalyzer(Language.All[Language.Simple], true), text)).ToArray();
        var shared = new TextAnalyzer(Language.All[Language.Simple], true);

        Parallel.For(0, texts.Length * 4, i => Assert.Equal(alone[i % texts.Length], Words(shared, texts[i % texts.Length])));
    }

    [Fact]
    public void Positions_survive_their_encoding()
    {
        int[] positions = [0, 1, 127, 128, 300, 16_384, 2_000_000, 0];

        Assert.Equal(positions, TermVector.Decode(TermVector.Encode(positions)));
    }

    private static double Weight(string query, string text, bool foldAccents = true)
    {
        var analyzer = TextAnalyzer.For("english", foldAccents);
        var terms = analyzer.Analyze(text).Select(token => token.Term).ToHashSet();
        return analyzer
            .AnalyzeQuery(query, keepStopWords: true)
            .SelectMany(word => word.Variants)
            .Where(variant => terms.Contains(variant.Term))
            .Sum(variant => variant.Boost);
    }

    private static string[] QueryOf(string text, bool keepStopWords) =>
        [.. English.AnalyzeQuery(text, keepStopWords).Select(word => word.Variants[0].Term)];

    private static string Words(TextAnalyzer analyzer, string text) =>
        string.Join(
            ' ',
            analyzer
                .Analyze(text)
                .Where(token => token.Kind is TokenKind.Word or TokenKind.StopWord)
                .Select(token => TermPrefix.Strip(token.Term))
        );

    private static string Terms(TextAnalyzer analyzer, string text, TokenKind kind) =>
        string.Join(' ', analyzer.Analyze(text).Where(token => token.Kind == kind).Select(token => TermPrefix.Strip(token.Term)));
}
