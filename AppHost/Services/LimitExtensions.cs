using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace EmbedPlatform.AppHost.Services;

/// <summary>Applies limits to services.</summary>
internal static class LimitExtensions
{
    /// <summary>Divides a model service's limits among its replicas, with cores from the first one on.</summary>
    public static IReadOnlyList<IResourceBuilder<ServiceResource>> WithLimitsFromFirstCore(
        this IReadOnlyList<IResourceBuilder<ServiceResource>> replicas,
        ServiceLimits limits,
        Machine machine
    ) => WithLimits(replicas, limits, machine, (i, share) => i * share.Cores);

    /// <summary>The same with cores from the last one down, so that two services share as few cores as possible.</summary>
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
            // A container has its own limits.
            return replicas;
        }

        var share = limits.Share(replicas.Count);
        for (var i = 0; i < replicas.Count; i++)
        {
            // With more replicas than cores, cores are reused.
            Apply(replicas[i], share, machine, ((firstCore(i, share) % machine.Cores) + machine.Cores) % machine.Cores);
        }

        return replicas;
    }

    // Limits that only a process start can set are variables of the runtime; the others are the service's options.
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

    // The garbage collector reads hexadecimal numbers.
    private static string Hexadecimal(long number) => number.ToString("X", CultureInfo.InvariantCulture);
}
