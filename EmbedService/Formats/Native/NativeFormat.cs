using System.Text.Json.Serialization;
using EmbedPlatform.ModelServiceDefaults.Wire;

namespace EmbedPlatform.EmbedService.Formats.Native;

/// <summary>The platform's own interface: <c>/api/v1/embed</c>, for one body or a stream of lines, and <c>/api/v1/tokenize</c>.</summary>
internal sealed class NativeFormat : IWireFormat
{
    public JsonSerializerContext Json => NativeJson.Default;

    public void AddServices(IServiceCollection services) => services.AddSingleton<EmbedStream>();

    public void MapRoutes(IEndpointRouteBuilder routes)
    {
        routes.MapNativeEmbed();
        routes.MapEmbedStream();
        routes.MapNativeTokenize();
    }
}
