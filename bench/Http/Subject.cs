using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Installation;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.Bench.Http;

/// <summary>What every scenario measures on: an installed model and texts of given lengths in its tokens.</summary>
internal sealed class Subject
{
    public Subject(Settings settings)
    {
        Settings = settings;
        Options = new InferenceOptions { ModelsRoot = settings.ModelsRoot };
        Model = ModelStore.Open(Options).Resolve(ModelTask.Embed, settings.Model ?? ModelCatalog.Default);
        Texts = BenchTexts.Open(settings.Texts, Tokenizer.Load(Model.TokenizerPath));
    }

    public Settings Settings { get; }

    public InferenceOptions Options { get; }

    public InstalledModel Model { get; }

    public BenchTexts Texts { get; }

    /// <summary>Texts that all differ, so that no cache knows them.</summary>
    public string[] Distinct(int count, int tokens)
    {
        var texts = Texts.OfLengths(Enumerable.Repeat(tokens - 2, count));
        return [.. texts.Select((text, i) => $"{i} {text}")];
    }

    public Task<ServiceProcess> StartServiceAsync(IReadOnlyDictionary<string, string>? environment = null) =>
        ServiceProcess.StartAsync(Model.Entry.Id, Settings.ModelsRoot, Settings.Redis, environment);

    public void Describe(Report report)
    {
        report.Fact("model", $"{Model.Entry.Id} ({Model.Variant}, {new FileInfo(Model.ModelPath).Length >> 20} MB)");
        report.Figure("cores", Environment.ProcessorCount);
        report.Fact("load before", File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown");
    }
}
