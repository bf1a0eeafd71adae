using EmbedPlatform.Bench.Corpus;
using EmbedPlatform.Bench.Measurement;
using EmbedPlatform.Bench.Processes;
using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Installation;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.Bench.Http;

/// <summary>The installed model, and texts of given lengths in its tokens.</summary>
internal sealed class HttpWorkload
{
    public HttpWorkload(HttpSettings settings)
    {
        Settings = settings;
        Options = new InferenceOptions { ModelsRoot = settings.ModelsRoot };
        Model = ModelStore.Open(Options).Resolve(ModelTask.Embed, settings.Model ?? ModelCatalog.Default);
        Texts = CorpusTexts.Open(settings.Texts, Tokenizer.Load(Model.TokenizerPath));
    }

    public HttpSettings Settings { get; }

    public InferenceOptions Options { get; }

    public InstalledModel Model { get; }

    public CorpusTexts Texts { get; }

    /// <summary>Distinct texts, so that no cache holds them.</summary>
    public string[] Distinct(int count, int tokens)
    {
        var texts = Texts.OfLengths(Enumerable.Repeat(tokens - 2, count));
        return [.. texts.Select((text, i) => $"{i} {text}")];
    }

    public Task<MeasuredService> StartServiceAsync(IReadOnlyDictionary<string, string>? environment = null) =>
        MeasuredService.StartAsync(
            "EmbedService",
            [
                KeyValuePair.Create("Inference__Model", Model.Entry.Id),
                KeyValuePair.Create("Inference__ModelsRoot", Settings.ModelsRoot),
                .. Settings.Redis is { } redis ? (KeyValuePair<string, string>[])[new("ConnectionStrings__cache", redis)] : [],
                .. environment ?? new Dictionary<string, string>(),
            ]
        );

    public void Describe(Report report)
    {
        report.Fact("model", $"{Model.Entry.Id} ({Model.Variant}, {new FileInfo(Model.ModelPath).Length >> 20} MB)");
        report.Figure("cores", Environment.ProcessorCount);
        report.Fact("load before", Host.LoadAverage);
    }
}
