using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;

namespace EmbedPlatform.SearchApi.Transfer;

/// <summary>The lines of an export besides the documents.</summary>
internal static class TransferFormat
{
    public const string ContentType = "application/x-ndjson";

    /// <summary>A line holds a document's text, its chunks and their vectors.</summary>
    public const int LongestLine = 256 * 1024 * 1024;

    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The settings with which a collection like this one is created.</summary>
    public static JsonObject SettingsOf(CollectionRecord collection)
    {
        var settings = JsonNode.Parse(collection.Settings.Write())!.AsObject();
        settings["model"] = collection.Space.Model;
        settings["language"] = collection.Language;
        settings["chunk_tokens"] = collection.ChunkTokens;
        settings["chunk_overlap"] = collection.ChunkOverlap;
        settings["index"] = new JsonObject
        {
            ["type"] = collection.Space.Type,
            ["m"] = collection.Space.M,
            ["ef_construction"] = collection.Space.EfConstruction,
        };
        return settings;
    }

    /// <summary>Why a collection cannot take over the vectors of an export; null if it can.</summary>
    public static string? Difference(ExportHeader header, CollectionRecord collection)
    {
        var (settings, space) = (header.Settings!, collection.Space);
        var differences = new List<string>();
        Compare("model", settings.Model, space.Model);
        Compare("revision", header.Revision, space.Revision);
        Compare("dimension", header.Dimension, space.Dimension);
        Compare("text_template", settings.TextTemplate ?? TextTemplate.DefaultSource, collection.Template.Source);
        Compare("chunk_tokens", settings.ChunkTokens, collection.ChunkTokens);
        Compare("chunk_overlap", settings.ChunkOverlap, collection.ChunkOverlap);
        Compare("chunk_by", settings.ChunkBy ?? StoredSettings.BySentence, collection.Settings.ChunkBy ?? StoredSettings.BySentence);
        // Numbers of 16 bits are not those that the model returned.
        if (space.Type == EmbeddingSpace.Vector)
        {
            Compare("index.type", settings.Index?.Type, space.Type);
        }

        return differences.Count == 0 ? null : "The collection differs from the export: " + string.Join("; ", differences) + ".";

        void Compare<T>(string name, T exported, T has)
        {
            if (!Equals(exported, has))
            {
                differences.Add($"{name} is {has} instead of {exported}");
            }
        }
    }
}
