using System.Security.Cryptography;
using System.Text;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;

namespace EmbedPlatform.SearchApi.Documents;

/// <summary>A validated document.</summary>
/// <param name="Index">Its position in the body, from 0.</param>
/// <param name="Title">The title; null if blank.</param>
/// <param name="Metadata">The metadata object as JSON.</param>
/// <param name="Searched">The rendered template; null for the default template.</param>
internal sealed record DocumentInput(long Index, string Id, string? Title, string Text, string? Metadata, SearchText? Searched = null)
{
    public SearchText Indexed => Searched ?? TextTemplate.Default.Render(Title, Text, null);

    /// <summary>A hash of the searched text; under the default template, of title and text.</summary>
    public byte[] TextHash() => Searched is { } searched ? Hash(searched.Head, searched.Body) : Hash(Title, Text);

    /// <summary>A hash of every stored field.</summary>
    public byte[] ContentHash() => Hash(Title, Text, Metadata);

    private static byte[] Hash(params ReadOnlySpan<string?> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            // These bytes never occur in UTF-8, so different documents never hash the same input.
            hash.AppendData(part is null ? [0xFF] : [0xFE]);
            hash.AppendData(Encoding.UTF8.GetBytes(part ?? string.Empty));
        }

        return hash.GetHashAndReset();
    }
}

/// <summary>The result of parsing one document: the document or the error.</summary>
internal readonly record struct ParsedDocument(DocumentInput? Document, DocumentError? Error);
