using System.CommandLine;
using System.Globalization;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Evaluation;

/// <summary>Ranking options that override the platform's.</summary>
/// <param name="Weights">The weight of each leg.</param>
/// <param name="Fusion">How legs are fused.</param>
/// <param name="RerankDepth">How many candidates are reranked.</param>
internal sealed record RankingOptions(LegWeights? Weights, FusionMode? Fusion, int? RerankDepth)
{
    private const string WeightsForm = "lexical=N, dense=N and rerank=N separated by commas, each N from 0 to 100";

    /// <summary>Whether no option is given.</summary>
    public bool AreDefaults => this is { Weights: null, Fusion: null, RerankDepth: null };

    /// <summary>Adds the options to a command and returns their reader.</summary>
    public static Func<ParseResult, RankingOptions> AddTo(Command command)
    {
        var weights = command.AddOption(
            new Option<LegWeights?>("--weights")
            {
                Description = "The weight of each leg: lexical=1,dense=0.5,rerank=0.75 (else: those of the collection or the models)",
                HelpName = "WEIGHTS",
                CustomParser = result =>
                {
                    if (ParseWeights(result.Tokens[0].Value) is { } parsed)
                    {
                        return parsed;
                    }

                    result.AddError($"--weights must be {WeightsForm}, not '{result.Tokens[0].Value}'");
                    return null;
                },
            }
        );
        var fusion = command.AddOption(
            new Option<FusionMode?>("--fusion") { Description = "How the legs are fused (else: as set for the collection or the models)" }
        );
        var depth = command.AddOption(new Option<int?>("--rerank-depth") { Description = "Number of candidates to rerank, 1 to 1000" });
        depth.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out var value) && value is < 1 or > 1000)
            {
                result.AddError($"--rerank-depth must be 1 to 1000, not {value}");
            }
        });
        return parse => new RankingOptions(parse.GetValue(weights), parse.GetValue(fusion), parse.GetValue(depth));
    }

    /// <summary>Reads weights such as <c>lexical=1,dense=0.5</c>; null if the text is not valid.</summary>
    public static LegWeights? ParseWeights(string text)
    {
        var given = new Dictionary<string, double>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var (name, value) = part.Split('=', 2, StringSplitOptions.TrimEntries) is [var left, var right] ? (left, right) : ("", "");
            if (
                name is not ("lexical" or "dense" or "rerank")
                || !double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var weight)
                || !(weight is >= 0 and <= 100)
                || !given.TryAdd(name, weight)
            )
            {
                return null;
            }
        }

        return new LegWeights
        {
            Lexical = Of("lexical"),
            Dense = Of("dense"),
            Rerank = Of("rerank"),
        };

        double? Of(string name) => given.TryGetValue(name, out var weight) ? weight : null;
    }
}
