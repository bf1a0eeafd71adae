using System.Runtime.InteropServices;
using System.Security.Cryptography;
using EmbedPlatform.Inference.Execution;

namespace EmbedPlatform.EmbedService.Caching;

/// <summary>Identifies a dense embedding by everything it depends on. It holds a hash, never the text.</summary>
/// <param name="Space">Model, revision, variant and embedding options.</param>
/// <param name="Text">SHA-256 of prompt and text as UTF-16, so that any two different texts have different keys.</param>
internal readonly record struct CacheKey(string Space, TextHash Text)
{
    public static string SpaceOf(LoadedModel model, EmbedOptions options) =>
        string.Create(
            null,
            $"{model.Id}:{model.Revision}:{model.Variant}:{options.Role}:{options.Dimensions ?? model.Dimension}"
                + $":{options.Normalize ?? model.Normalized}:{options.Truncation}"
                + $":{Math.Min(options.MaxTokens ?? model.MaxTokens, model.MaxTokens)}"
        );

    public static CacheKey From(string space, string prompt, string text)
    {
        TextHash hash = default;
        SHA256.HashData(
            MemoryMarshal.AsBytes((prompt.Length == 0 ? text : prompt + text).AsSpan()),
            MemoryMarshal.AsBytes(new Span<TextHash>(ref hash))
        );
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
