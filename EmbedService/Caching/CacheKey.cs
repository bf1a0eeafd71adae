using System.Runtime.InteropServices;
using System.Security.Cryptography;
using EmbedPlatform.Inference.Execution;

namespace EmbedPlatform.EmbedService.Caching;

/// <summary>What a dense embedding depends on. Never holds the text itself.</summary>
/// <param name="Space">Model, revision, variant and how texts are embedded.</param>
/// <param name="Text">SHA-256 of what the model reads, prompt and text, as UTF-16: two texts that differ in any character differ here.</param>
internal readonly record struct CacheKey(string Space, TextHash Text)
{
    /// <summary>The space of a model's dense embeddings with options.</summary>
    public static string SpaceOf(LoadedModel model, EmbedOptions options) => string.Create(
        null,
        $"{model.Id}:{model.Revision}:{model.Variant}:{options.Role}:{options.Dimensions ?? model.Dimension}:{options.Normalize ?? model.Normalized}:{options.Truncation}:{Math.Min(options.MaxTokens ?? model.MaxTokens, model.MaxTokens)}");

    /// <summary>The key of a text in a space.</summary>
    public static CacheKey Of(string space, string prompt, string text)
    {
        TextHash hash = default;
        SHA256.HashData(MemoryMarshal.AsBytes((prompt.Length == 0 ? text : prompt + text).AsSpan()), MemoryMarshal.AsBytes(new Span<TextHash>(ref hash)));
        return new(space, hash);
    }

    /// <summary>The key in Redis.</summary>
    public override string ToString()
    {
        var hash = Text;
        return $"embedplatform:embedding:{Space}:{Convert.ToHexStringLower(MemoryMarshal.AsBytes(new ReadOnlySpan<TextHash>(in hash)))}";
    }
}

/// <summary>The 32 bytes of a SHA-256.</summary>
internal readonly record struct TextHash(ulong A, ulong B, ulong C, ulong D);
