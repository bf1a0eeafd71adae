using EmbedPlatform.Bench.Tokenizers;
using EmbedPlatform.Inference.Tokenization;

try
{
    // The options are in bench/README.md.
    var settings = Settings.Parse(args);
    var texts = BenchInput.TextsOf(settings);
    Console.WriteLine(
        $"{texts.Length} texts, {texts.Sum(text => (long)text.Length)} characters; million tokens per CPU second of one thread, medians of {settings.Rounds} rounds by turns"
    );
    foreach (var file in BenchInput.TokenizersOf(settings))
    {
        Measure(file, texts, settings);
    }

    return 0;
}
catch (Exception exception) when (exception is ArgumentException or IOException or InvalidOperationException or TokenizerFormatException)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}

static void Measure(string file, string[] texts, Settings settings)
{
    var tokenizer = Tokenizer.Load(file);
    using var script = settings.JavaScript ? new JavaScript(file, texts) : null;
    var (ours, theirs) = (new List<Round>(), new List<Round>());
    for (var round = -2; round < settings.Rounds; round++)
    {
        var (own, other) = (Round.Of(tokenizer, texts), script?.Run());
        if (round >= 0)
        {
            ours.Add(own);
            theirs.AddRange(other is null ? [] : [other]);
        }
    }

    Console.WriteLine(file);
    Console.WriteLine(
        $"  ours                    {Round.Median(ours) / 1e6,8:F2}   ({ours[0].Tokens} tokens a round, best {ours.Max(round => round.TokensPerCpuSecond) / 1e6:F2})"
    );
    if (script is not null)
    {
        var hashes = script.HashIds();
        var same = texts.Where((text, i) => Round.HashOf(tokenizer.Encode(text).Ids) == hashes[i]).Count();
        Console.WriteLine(
            $"  @huggingface/tokenizers {Round.Median(theirs) / 1e6,8:F2}   (best {theirs.Max(round => round.TokensPerCpuSecond) / 1e6:F2})"
        );
        Console.WriteLine(
            $"  ours / theirs           {Round.Median(ours) / Round.Median(theirs),8:F2} x (the same ids for {same} of {texts.Length} texts)"
        );
    }
}
