using Microsoft.Extensions.DependencyInjection;

namespace OpenTelemetry;

// WithTracing, WithMetrics and the rest are extensions of the interface in the package OpenTelemetry itself.
public sealed class OpenTelemetryBuilder : IOpenTelemetryBuilder
{
    internal OpenTelemetryBuilder(IServiceCollection services) => Services = services;

    public IServiceCollection Services { get; }
}
