using System.Diagnostics;
using EmbedPlatform.Bench.Engine;
using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Models;

// The options are in bench/README.md.
var settings = Settings.Parse(args);
var options = new InferenceOptions { Model = settings.Model, ModelsRoot = settings.ModelsRoot, Workers = settings.Workers, BatchTokens = settings.BatchTokens ?? new InferenceOptions().BatchTokens };
var installed = ModelStore.Open(options).Resolve(settings.Rerank ? ModelTask.Rerank : ModelTask.Embed, options.Model);
var texts = BenchTexts.Read(settings.Texts, settings.Count);
var query = settings.Rerank ? "how do I convert a video to another format" : null;
Console.WriteLine($"{installed.Entry.Id} {installed.Variant}, {texts.Length} texts, {settings.Workers} worker(s), batches of {options.BatchTokens} tokens");

if (settings.Profile)
{
    using var profiled = new RawRuntime(installed, settings.Workers, Path.Combine(Path.GetTempPath(), "engine-bench"));
    profiled.Run(texts, query, settings.RawBatch);
    var profile = profiled.EndProfiling();
    OperatorTimes.Print(profile);
    File.Delete(profile);
    return;
}

using var raw = new RawRuntime(installed, settings.Workers);
await using var engine = settings.Rerank ? Subject.Rerank(installed, options, query!) : Subject.Embed(installed, options);
var (rawBest, engineBest, engineCpu, tokens) = (double.MaxValue, double.MaxValue, double.MaxValue, 0L);
for (var round = 0; round <= settings.Rounds; round++)
{
    var start = Stopwatch.GetTimestamp();
    tokens = raw.Run(texts, query, settings.RawBatch);
    var rawTime = Stopwatch.GetElapsedTime(start).TotalSeconds;
    var cpu = Environment.CpuUsage.TotalTime;
    start = Stopwatch.GetTimestamp();
    await engine.RunAsync(texts);
    var engineTime = Stopwatch.GetElapsedTime(start).TotalSeconds;
    if (round > 0)
    {
        engineCpu = Math.Min(engineCpu, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
        (rawBest, engineBest) = (Math.Min(rawBest, rawTime), Math.Min(engineBest, engineTime));
    }
}

void Report(string name, double seconds) =>
    Console.WriteLine($"{name,-22} {1000 * seconds,8:F0} ms  {texts.Length / seconds,8:F0} texts/s  {tokens / seconds,9:F0} tokens/s");

Report("raw ONNX Runtime", rawBest);
Report("engine", engineBest);
Console.WriteLine($"engine / raw           {rawBest / engineBest,8:F2} x   ({1000 * engineCpu / texts.Length:F2} ms CPU a text, {(double)tokens / texts.Length:F0} tokens a text, best of {settings.Rounds} rounds, {Environment.WorkingSet >> 20} MB resident)");
