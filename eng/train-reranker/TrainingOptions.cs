using System.Globalization;

namespace EmbedPlatform.TrainReranker;

/// <summary>How a cross-encoder is trained.</summary>
internal sealed record TrainingOptions(Func<string, string?, string> Option)
{
    public string Model => Option("model", null);

    public string Tokenizer => Option("tokenizer", null);

    public string Data => Option("data", null);

    public string Candidates => Option("candidates", null);

    public string Packages => Option("packages", null);

    public string Out => Option("out", null);

    public int Apart => int.Parse(Option("apart", "4"));

    public double Minutes => Number("minutes", "10");

    public double Rate => Number("rate", "5e-5");

    public double HeadRate => Number("head-rate", "5e-4");

    public double Dropout => Number("dropout", "0.1");

    public int Groups => int.Parse(Option("groups", "4"));

    public int Negatives => int.Parse(Option("negatives", "7"));

    public int Tokens => int.Parse(Option("tokens", "224"));

    public double Claims => Number("claims", "0.6");

    public double OwnTexts => Number("own-texts", "0.2");

    public double HybridOffset => Number("hybrid-offset", "0");

    public bool AllQueries => Option("all-queries", "no") == "yes";

    public int Seed => int.Parse(Option("seed", "1"));

    public double EvaluateMinutes => Number("evaluate-minutes", "10");

    private double Number(string name, string otherwise) => double.Parse(Option(name, otherwise), CultureInfo.InvariantCulture);
}
