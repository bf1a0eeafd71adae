using System.Diagnostics;
using System.Globalization;

namespace EmbedPlatform.TestKit;

/// <summary>Samples the CPU time of a process with all its threads (proc(5), stat fields 14 and 15, in hundredths of a second).</summary>
public sealed class CpuSampler(int process)
{
    private const double TicksPerSecond = 100;

    private readonly List<(long At, double Seconds)> _samples = [];

    /// <summary>Takes one sample.</summary>
    public void Sample() => _samples.Add((Stopwatch.GetTimestamp(), Read(process)));

    /// <summary>Samples every second until it is stopped, and once at the end.</summary>
    public async Task WatchAsync(CancellationToken stop)
    {
        Sample();
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Sample();
        }
    }

    /// <summary>
    /// Cores in use: CPU time over wall time, from one sample to the next (those less than half a second apart left out).
    /// </summary>
    public IEnumerable<double> EachSecond() =>
        _samples.Zip(_samples.Skip(1), Cores).Where(part => part.Wall > 0.5).Select(part => part.Cores);

    /// <summary>Cores in use from the first sample to the last.</summary>
    public double Whole() => Cores(_samples[0], _samples[^1]).Cores;

    private static (double Cores, double Wall) Cores((long At, double Seconds) from, (long At, double Seconds) to)
    {
        var wall = Stopwatch.GetElapsedTime(from.At, to.At).TotalSeconds;
        return ((to.Seconds - from.Seconds) / wall, wall);
    }

    private static double Read(int process)
    {
        var stat = File.ReadAllText($"/proc/{process}/stat");
        // The name in parentheses may hold blanks and parentheses of its own.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture))
            / TicksPerSecond;
    }
}
