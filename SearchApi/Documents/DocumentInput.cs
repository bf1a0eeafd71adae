using System.Security.Cryptography;
using System.Text;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;

namespace EmbedPlatform.SearchApi.Documents;

/// <summary>A document that may be stored: every field was checked.</summary>
/// <param name="Index">Its position in the body.</param>
/// <param name="Id">The caller's id.</param>
/// <param name="Title">The title; null where it is blank.</param>
/// <param name="Text">The text.</param>
/// <param name="Metadata">The metadata object as JSON.</param>
/// <param name="Searched">What search looks at; null under the default template.</param>
internal sealed record DocumentInput(long Index, string Id, string? Title, string Text, string? Metadata, SearchText? Searched = null)
{
    /// <summary>What is indexed of it: above every chunk and inside them.</summary>
    public SearchText Indexed => Searched ?? TextTemplate.Default.Render(Title, Text, null);

    /// <summary>Identifies what search looks at. Under the default template that is title and text.</summary>
    public byte[] TextHash() => Searched is { } searched ? Hash(searched.Head, searched.Body) : Hash(Title, Text);

    /// <summary>Identifies everything that is stored.</summary>
    public byte[] ContentHash() => Hash(Title, Text, Metadata);

    private static byte[] Hash(params ReadOnlySpan<string?> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            // No part can hold these bytes, so no two documents run into each other.
            hash.AppendData(part is null ? [0xFF] : [0xFE]);
            hash.AppendData(Encoding.UTF8.GetBytes(part ?? string.Empty));
        }

        return hash.GetHashAndReset();
    }
}

/// <summary>What became of one document of a body: it can be stored, or it cannot and says why.</summary>
internal readonly record struct ParsedDocument(DocumentInput? Document, DocumentError? Error);
