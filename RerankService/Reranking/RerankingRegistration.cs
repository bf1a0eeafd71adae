using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.ModelPools;
using EmbedPlatform.ServiceDefaults.Configuration;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.RerankService.Reranking;

/// <summary>Registers the use case behind every wire format.</summary>
internal static class RerankingRegistration
{
    public static IServiceCollection AddReranking(this IServiceCollection services)
    {
        services.AddPlatformOptions<RerankServiceOptions>(RerankServiceOptions.SectionName);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<Reranker>();
        return services.MapProblems(map =>
            map.Map<ModelNotServedException>(unknown => Problems.NotFound(unknown.Message))
                .Map<NoTokensException>(empty => Problems.Invalid($"documents[{empty.Index}]", RerankRequestValidator.NoTokensMessage))
        );
    }
}
