using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace EmbedPlatform.ModelServiceDefaults.Wire;

/// <summary>A wire format of a model service: one folder, and one line in the service's Program.cs.</summary>
public interface IWireFormat
{
    /// <summary>The generated (de)serializers of the format's bodies and answers.</summary>
    JsonSerializerContext Json { get; }

    void AddServices(IServiceCollection services) { }

    void MapRoutes(IEndpointRouteBuilder routes);
}

public static class WireFormatExtensions
{
    public static IServiceCollection AddWireFormats(this IServiceCollection services, params IWireFormat[] formats)
    {
        foreach (var format in formats)
        {
            services.AddSingleton(format);
            format.AddServices(services);
        }

        return services.Configure<JsonOptions>(json =>
        {
            var chain = json.SerializerOptions.TypeInfoResolverChain;
            for (var i = 0; i < formats.Length; i++)
            {
                chain.Insert(i, formats[i].Json);
            }
        });
    }

    public static void MapWireFormats(this IEndpointRouteBuilder routes)
    {
        foreach (var format in routes.ServiceProvider.GetServices<IWireFormat>())
        {
            format.MapRoutes(routes);
        }
    }
}
