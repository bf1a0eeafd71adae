using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace EmbedPlatform.AppHost.Services;

/// <summary>Gives services their parts of the machine.</summary>
internal static class LimitExtensions
{
    /// <summary>Divides a model service's limits among its replicas, each on the next cores from the first one.</summary>
    public static IReadOnlyList<IResourceBuilder<ServiceResource>> WithLimitsFromFirstCore(
        this IReadOnlyList<IResourceBuilder<ServiceResource>> replicas,
        ServiceLimits limits,
        Machine machine
    ) => WithLimits(replicas, limits, machine, (i, share) => i * share.Cores);

    /// <summary>The same from the last core down: two services that count from both ends share as few cores as their numbers allow.</summary>
    public static IReadOnlyList<IResourceBuilder<ServiceResource>> WithLimitsFromLastCore(
        this IReadOnlyList<IResourceBuilder<ServiceResource>> replicas,
        ServiceLimits limits,
        Machine machine
    ) => WithLimits(replicas, limits, machine, (i, share) => machine.Cores - ((i + 1) * share.Cores));

    private static IReadOnlyList<IResourceBuilder<ServiceResource>> WithLimits(
        IReadOnlyList<IResourceBuilder<ServiceResource>> replicas,
        ServiceLimits limits,
        Machine machine,
        Func<int, ServiceLimits, int> firstCore
    )
    {
        if (replicas[0].ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            // A container's own limits take their place.
            return replicas;
        }

        var share = limits.Share(replicas.Count);
        for (var i = 0; i < replicas.Count; i++)
        {
            // More replicas than cores begin again.
            Apply(replicas[i], share, machine, ((firstCore(i, share) % machine.Cores) + machine.Cores) % machine.Cores);
        }

        return replicas;
    }

    // What only a process's start can set are variables of the runtime, the rest are the service's options.
    private static void Apply(IResourceBuilder<ServiceResource> service, ServiceLimits limits, Machine machine, int firstCore)
    {
        service.WithEnvironment("Inference__Workers", Text(limits.Cores));
        if (limits.Cores < machine.Cores)
        {
            service
                .WithEnvironment("DOTNET_PROCESSOR_COUNT", Text(limits.Cores))
                .WithEnvironment("Inference__Cores", Text(limits.Cores))
                .WithEnvironment("Inference__FirstCore", Text(firstCore));
        }

        if (limits.MemoryMegabytes > 0)
        {
            var (heap, models) = (limits.MemoryMegabytes / 4, (int)(limits.MemoryMegabytes * 0.6));
            service
                .WithEnvironment("DOTNET_GCHeapHardLimit", Hexadecimal((long)heap << 20))
                .WithEnvironment("Inference__MemoryMegabytes", Text(models))
                .WithEnvironment("Inference__RunMegabytes", Text(limits.MemoryMegabytes - heap - models));
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    // The garbage collector reads its numbers in base 16.
    private static string Hexadecimal(long number) => number.ToString("X", CultureInfo.InvariantCulture);
}
