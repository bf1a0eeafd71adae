using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.ModelServiceDefaults.Wire;

namespace EmbedPlatform.EmbedService.Formats.Shared;

/// <summary>Fields that several formats share.</summary>
internal static class RequestFields
{
    public static readonly EnumField<TextRole> InputType = new(("document", TextRole.Document), ("query", TextRole.Query));

    public static readonly EnumField<Lane> Priority = new(("interactive", Lane.Interactive), ("bulk", Lane.Bulk));

    public static RouteHandlerBuilder WithBody<TBody>(this RouteHandlerBuilder route)
        where TBody : class, IRequestBody<EmbedServiceOptions> => route.WithBody<TBody, EmbedServiceOptions>();
}
