using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Failures;

namespace EmbedPlatform.SearchApi.Collections;

/// <summary>What settings may be, whatever the model.</summary>
internal static class SettingsRules
{
    /// <summary>The types a declared field may have.</summary>
    public static readonly IReadOnlyList<string> FieldTypes = ["string", "number", "boolean", "datetime"];

    private const int LongestTemplate = 4000;
    private const int LongestFieldName = 128;
    private const int MostFields = 256;
    private const int LargestDepth = 1_000;

    /// <summary>Checks what can be checked without asking anybody.</summary>
    /// <exception cref="ApiException">400 that names every wrong field.</exception>
    public static void Check(CollectionSettings settings)
    {
        var errors = new Dictionary<string, string[]>();
        CheckTemplate(settings.TextTemplate, errors);
        if (settings.ChunkBy is not (null or StoredSettings.BySentence or StoredSettings.ByHeading))
        {
            errors["chunk_by"] = [$"must be {StoredSettings.BySentence} or {StoredSettings.ByHeading}"];
        }

        if (settings.Model is { } model && (string.IsNullOrWhiteSpace(model) || model.Length > 256 || model.Contains('\0')))
        {
            errors["model"] = ["must be the id of a model that EmbedService serves"];
        }

        CheckIndex(settings.Index, errors);
        CheckFields(settings.Fields, errors);
        CheckRanking(settings.Weights, settings.Fusion, settings.Rerank, settings.RerankDepth, errors);
        if (errors.Count > 0)
        {
            throw ApiException.Invalid(errors);
        }
    }

    /// <summary>Checks weights.</summary>
    public static void CheckWeights(LegWeights? weights, Dictionary<string, string[]> errors)
    {
        foreach (var (name, weight) in new[] { ("lexical", weights?.Lexical), ("dense", weights?.Dense), ("rerank", weights?.Rerank) })
        {
            if (weight is { } value && !(value is >= 0 and <= 100))
            {
                errors[$"weights.{name}"] = ["must be from 0 to 100"];
            }
        }
    }

    private static void CheckRanking(
        LegWeights? weights,
        FusionMode? fusion,
        RerankMode? rerank,
        int? depth,
        Dictionary<string, string[]> errors
    )
    {
        CheckWeights(weights, errors);
        if (fusion is { } method && !Enum.IsDefined(method))
        {
            errors["fusion"] = ["must be score or rrf"];
        }

        if (rerank is { } mode && !Enum.IsDefined(mode))
        {
            errors["rerank"] = ["must be always, never or auto"];
        }

        if (depth is < 1 or > LargestDepth)
        {
            errors["rerank_depth"] = [$"must be from 1 to {LargestDepth}"];
        }
    }

    private static void CheckTemplate(string? template, Dictionary<string, string[]> errors)
    {
        try
        {
            if (template?.Length > LongestTemplate || template?.Contains('\0') == true)
            {
                errors["text_template"] = [$"must have at most {LongestTemplate} characters and no NUL"];
            }
            else if (template is not null)
            {
                TextTemplate.Parse(template);
            }
        }
        catch (FormatException wrong)
        {
            errors["text_template"] = [wrong.Message];
        }
    }

    private static void CheckIndex(IndexSettings? index, Dictionary<string, string[]> errors)
    {
        if (index?.Type is not (null or EmbeddingSpace.HalfVector or EmbeddingSpace.Vector))
        {
            errors["index.type"] = [$"must be {EmbeddingSpace.HalfVector} or {EmbeddingSpace.Vector}"];
        }

        if (index?.M is < 2 or > 100)
        {
            errors["index.m"] = ["must be from 2 to 100"];
        }

        var least = Math.Max(4, 2 * (index?.M ?? 16));
        if ((index?.EfConstruction ?? EmbeddingSpace.DefaultEfConstruction) is var width && (width < least || width > 1000))
        {
            errors["index.ef_construction"] = [$"must be from {least} to 1000: at least twice m"];
        }
    }

    private static void CheckFields(IReadOnlyDictionary<string, FieldSettings>? fields, Dictionary<string, string[]> errors)
    {
        if (fields?.Count > MostFields)
        {
            errors["fields"] = [$"There must be at most {MostFields}."];
            return;
        }

        foreach (var (name, field) in fields ?? new Dictionary<string, FieldSettings>())
        {
            if (name.Length is 0 or > LongestFieldName || name.Contains('\0'))
            {
                errors["fields"] = [$"A name has 1 to {LongestFieldName} characters and no NUL."];
            }
            else if (field?.Type is not { } type || !FieldTypes.Contains(type))
            {
                errors[$"fields.{name}.type"] = [$"must be one of: {string.Join(", ", FieldTypes)}"];
            }
        }
    }
}
