using EmbedPlatform.EmbedService.Embedding.Input;
using EmbedPlatform.ServiceDefaults.Configuration;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.EmbedService.Embedding;

/// <summary>Registers the use case behind every wire format.</summary>
internal static class EmbeddingRegistration
{
    public static IServiceCollection AddEmbedding(this IServiceCollection services)
    {
        services.AddPlatformOptions<EmbedServiceOptions>(
            EmbedServiceOptions.SectionName,
            new Dictionary<string, string> { ["InteractiveSeconds"] = nameof(EmbedServiceOptions.InteractiveDeadlineSeconds) }
        );
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<OpenAiVocabularies>();
        services.AddSingleton<TokenIdReader>();
        services.AddSingleton<TextEmbedder>();
        return services.MapProblems(EmbeddingProblems.Map);
    }
}
