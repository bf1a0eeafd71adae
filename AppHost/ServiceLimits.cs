using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace EmbedPlatform.AppHost;

/// <summary>What the platform has to share out.</summary>
/// <param name="Cores">Cores.</param>
/// <param name="Megabytes">Memory, in 1,048,576 bytes.</param>
internal sealed record Machine(int Cores, int Megabytes)
{
    /// <summary>The one that a published graph is written for: nobody knows where it will run.</summary>
    public static Machine Nominal { get; } = new(16, 16_384);

    /// <summary>This one, or what of it this process may use.</summary>
    public static Machine Current { get; } = new(Environment.ProcessorCount, (int)(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20));
}

/// <summary>Limits of one model service.</summary>
internal sealed class ServiceLimits
{
    /// <summary>Up to so many cores both services share all of them: the system does that better than a fixed part that one of them leaves idle.</summary>
    private const int TooFewToDivide = 7;

    /// <summary>Below so much memory the default models have no room.</summary>
    private const int LeastMegabytes = 2048;

    /// <summary>The cores that its process keeps to.</summary>
    [Range(1, 1024)]
    public int Cores { get; set; }

    /// <summary>Its memory: a quarter for the managed heap, six tenths for loaded models, the rest for their runs. 0: no limit.</summary>
    [Range(0, 10_000_000)]
    public int MemoryMegabytes { get; set; }

    /// <summary>Six of sixteen cores and 6 GB.</summary>
    public static ServiceLimits Embedding(Machine machine) => Part(machine, 6.0 / 16, 6144);

    /// <summary>Four of sixteen cores and 4 GB.</summary>
    public static ServiceLimits Reranking(Machine machine) => Part(machine, 4.0 / 16, 4096);

    /// <summary>
    /// What one of several replicas may use: an equal part of the cores, rounded down and at least one, and of the memory, but not so little
    /// that the default models have no room, as each replica loads them for itself.
    /// </summary>
    /// <param name="replicas">How many there are.</param>
    public ServiceLimits Share(int replicas) => new()
    {
        Cores = Math.Max(1, Cores / replicas),
        MemoryMegabytes = Math.Max(Math.Min(LeastMegabytes, MemoryMegabytes), MemoryMegabytes / replicas),
    };

    /// <summary>Gives a service its limits: those that only a process's start can set as the runtime's variables, the others as its options.</summary>
    /// <param name="service">The service.</param>
    /// <param name="machine">What there is.</param>
    /// <param name="firstCore">The first of its cores; null: it is kept to none, as in a container that has its own.</param>
    public void Apply(IResourceBuilder<ProjectResource> service, Machine machine, int? firstCore)
    {
        service.WithEnvironment("Inference__Workers", Text(Cores));
        if (firstCore is { } first && Cores < machine.Cores)
        {
            service.WithEnvironment("Inference__Cores", Text(Cores)).WithEnvironment("Inference__FirstCore", Text(first));
        }

        if (Cores < machine.Cores)
        {
            service.WithEnvironment("DOTNET_PROCESSOR_COUNT", Text(Cores));
        }

        if (MemoryMegabytes > 0)
        {
            var (heap, models) = (MemoryMegabytes / 4, (int)(MemoryMegabytes * 0.6));
            service
                .WithEnvironment("DOTNET_GCHeapHardLimit", Hexadecimal((long)heap << 20))
                .WithEnvironment("Inference__MemoryMegabytes", Text(models))
                .WithEnvironment("Inference__RunMegabytes", Text(MemoryMegabytes - heap - models));
        }
    }

    private static ServiceLimits Part(Machine machine, double part, int mostMegabytes) => new()
    {
        Cores = machine.Cores <= TooFewToDivide ? machine.Cores : Math.Max(1, (int)Math.Round(machine.Cores * part)),
        MemoryMegabytes = Math.Clamp((int)(machine.Megabytes * part), LeastMegabytes, mostMegabytes),
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    // The garbage collector reads its numbers in base 16.
    private static string Hexadecimal(long number) => number.ToString("X", CultureInfo.InvariantCulture);
}
