using Microsoft.Extensions.AI;

namespace EmbedPlatform.Client.Embedding;

/// <summary>Adapts EmbedService to <c>Microsoft.Extensions.AI</c>.</summary>
public static class PlatformEmbeddingGenerator
{
    /// <summary>
    /// The key in <see cref="EmbeddingGenerationOptions.AdditionalProperties"/> for the input type: <c>document</c> or <c>query</c>.
    /// </summary>
    public const string InputTypeKey = "input_type";

    /// <summary>
    /// The key in <see cref="EmbeddingGenerationOptions.AdditionalProperties"/> for the priority: <c>interactive</c> or <c>bulk</c>.
    /// </summary>
    public const string PriorityKey = "priority";

    /// <summary>
    /// Adapts a client. The generator throws <see cref="PlatformException"/> as the client does, and disposing it does not dispose
    /// the client.
    /// </summary>
    /// <param name="client">The client.</param>
    /// <param name="inputType">The input type if the options set none: <c>document</c> or <c>query</c>.</param>
    public static IEmbeddingGenerator<string, Embedding<float>> AsEmbeddingGenerator(
        this IEmbedClient client,
        string inputType = "document"
    )
    {
        ArgumentNullException.ThrowIfNull(client);
        return new Generator(client, inputType);
    }

    private sealed class Generator(IEmbedClient client, string inputType) : IEmbeddingGenerator<string, Embedding<float>>
    {
        private static readonly EmbeddingGeneratorMetadata Metadata = new("embedplatform");

        public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
            IEnumerable<string> values,
            EmbeddingGenerationOptions? options = null,
            CancellationToken cancellationToken = default
        )
        {
            ArgumentNullException.ThrowIfNull(values);
            string[] texts = [.. values];
            if (texts.Length == 0)
            {
                return [];
            }

            var request = new EmbedRequest(
                texts,
                Property(options, InputTypeKey) ?? inputType,
                Property(options, PriorityKey) ?? "interactive"
            );
            var response = await client.EmbedAsync(request, cancellationToken).ConfigureAwait(false);
            if (options?.Dimensions is { } dimensions && dimensions != response.Dimension)
            {
                throw new PlatformException(
                    $"The model {response.Model} produces embeddings of {response.Dimension} dimensions, not {dimensions}."
                );
            }

            var created = DateTimeOffset.UtcNow;
            var tokens = response.Inputs.Sum(input => (long)input.Tokens);
            return new(response.Embeddings.Select(vector => new Embedding<float>(vector) { CreatedAt = created, ModelId = response.Model }))
            {
                Usage = new UsageDetails { InputTokenCount = tokens, TotalTokenCount = tokens },
            };
        }

        public object? GetService(Type serviceType, object? serviceKey = null)
        {
            ArgumentNullException.ThrowIfNull(serviceType);
            return serviceKey is not null ? null
                : serviceType == typeof(EmbeddingGeneratorMetadata) ? Metadata
                : serviceType.IsInstanceOfType(this) ? this
                : serviceType.IsInstanceOfType(client) ? client
                : null;
        }

        public void Dispose() { }

        private static string? Property(EmbeddingGenerationOptions? options, string key) =>
            options?.AdditionalProperties?.TryGetValue(key, out var value) == true ? value?.ToString() : null;
    }
}
