using EmbedPlatform.TrainReranker;
using EmbedPlatform.TrainReranker.Data;

string Option(string name, string? otherwise = null)
{
    var at = Array.IndexOf(args, $"--{name}");
    return at >= 0 && at + 1 < args.Length ? args[at + 1] : otherwise ?? throw new ArgumentException($"--{name} is missing");
}

switch (args.FirstOrDefault())
{
    case "candidates":
        var judged = Beir.Judgements(Option("data"), Option("split"));
        await Candidates.FetchAsync(
            new Uri(Option("search")),
            Option("collection"),
            Beir.Queries(Option("data"), judged.Keys),
            Option("out"),
            CancellationToken.None
        );
        break;
    case "train":
        Training.Run(new TrainingOptions(Option));
        break;
    case "evaluate":
        Evaluating.Run(Option);
        break;
    case "evaluate-packages":
        Evaluating.RunPackages(Option);
        break;
    case "export":
        Exporting.Run(Option("model"), Option("out"));
        break;
    default:
        Console.Error.WriteLine("train-reranker: candidates | train | evaluate | evaluate-packages | export");
        return 1;
}

return 0;
