using System.Diagnostics;

namespace EmbedPlatform.Bench.Ingest;

/// <summary>Records the CPU time and memory of a platform under load.</summary>
/// <param name="table">Its processes; null if this command did not start them.</param>
internal sealed class UsageRecorder(ProcessTable? table)
{
    private const int Step = 10;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly Stopwatch _watch = new();
    private readonly List<MemoryUse> _memory = [];
    private PlatformUse? _first;
    private double? _firstReady;

    /// <summary>Seconds until the first document was embedded.</summary>
    public double FirstReadySeconds => _firstReady ?? _watch.Elapsed.TotalSeconds;

    /// <summary>Memory at the start, after every tenth and at the end; null if unknown.</summary>
    public IReadOnlyList<MemoryUse>? Memory => table is null ? null : _memory;

    /// <summary>Records until it is cancelled.</summary>
    /// <param name="ready">How many documents are embedded.</param>
    /// <param name="total">How many there are.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RecordAsync(Func<long> ready, long total, CancellationToken cancellationToken)
    {
        _first = table?.Read();
        _watch.Start();
        for (var next = 0; ;)
        {
            var now = ready();
            _firstReady ??= now > 0 ? _watch.Elapsed.TotalSeconds : null;
            var percent = (int)(100 * now / Math.Max(1, total));
            if (percent >= next)
            {
                Note(percent);
                next = ((percent / Step) + 1) * Step;
            }

            if (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(Interval, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>CPU time since the recording began.</summary>
    /// <param name="model">The model's part.</param>
    public CpuUse? Cpu(TimeSpan model)
    {
        if (table is null || _first is null)
        {
            return null;
        }

        var now = table.Read();
        return new CpuUse(
            model.TotalSeconds,
            (now.AllCpu - _first.AllCpu).TotalSeconds,
            now.Cpu.ToDictionary(part => part.Key, part => (part.Value - _first.Cpu.GetValueOrDefault(part.Key)).TotalSeconds)
        );
    }

    private void Note(int percent)
    {
        if (table is not null)
        {
            _memory.Add(
                new MemoryUse(
                    percent,
                    _watch.Elapsed.TotalSeconds,
                    table.Read().Resident.ToDictionary(part => part.Key, part => part.Value >> 20)
                )
            );
        }
    }
}
