using EmbedPlatform.Inference.Execution;
using EmbedPlatform.ModelServiceDefaults.Wire;
using EmbedPlatform.RerankService.Reranking;

namespace EmbedPlatform.RerankService.Formats.Shared;

/// <summary>Fields that several formats share.</summary>
internal static class RequestFields
{
    public static readonly EnumField<Lane> Priority = new(("interactive", Lane.Interactive), ("bulk", Lane.Bulk));

    public static RouteHandlerBuilder WithBody<TBody>(this RouteHandlerBuilder route)
        where TBody : class, IRequestBody<RerankServiceOptions> => route.WithBody<TBody, RerankServiceOptions>();
}
