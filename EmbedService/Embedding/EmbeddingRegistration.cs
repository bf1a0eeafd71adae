using EmbedPlatform.EmbedService.Embedding.Input;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.EmbedService.Embedding;

/// <summary>Registers the use case behind every wire format.</summary>
internal static class EmbeddingRegistration
{
    public static IServiceCollection AddEmbedding(this IServiceCollection services)
    {
        services
            .AddOptions<EmbedServiceOptions>()
            .BindConfiguration(EmbedServiceOptions.SectionName)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<OpenAiVocabularies>();
        services.AddSingleton<TokenIdReader>();
        services.AddSingleton<TextEmbedder>();
        return services.MapProblems(EmbeddingProblems.Map);
    }
}
