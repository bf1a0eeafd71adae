using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Analysis;
using EmbedPlatform.SearchApi.Failures;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.SearchApi.Collections;

/// <summary>Validates the settings that do not depend on the model.</summary>
internal static class CollectionSettingsValidator
{
    public static readonly IReadOnlyList<string> FieldTypes = ["string", "number", "boolean", "datetime", "geo"];

    private const int MaxTemplateLength = 4000;
    private const int MaxFieldNameLength = 128;
    private const int MaxFields = 256;
    private const int MaxDepth = 1_000;

    /// <exception cref="ApiException">400 with every invalid field.</exception>
    public static void Check(CollectionSettings settings)
    {
        var errors = new FieldErrors();
        CheckTemplate(settings.TextTemplate, errors);
        if (settings.Language is { } language && !Language.All.ContainsKey(language))
        {
            errors.Add("language", $"must be one of: {string.Join(", ", Language.All.Keys.Order(StringComparer.Ordinal))}");
        }

        if (settings.ChunkBy is not (null or StoredSettings.BySentence or StoredSettings.ByHeading))
        {
            errors.Add("chunk_by", $"must be {StoredSettings.BySentence} or {StoredSettings.ByHeading}");
        }

        if (settings.Model is { } model && (string.IsNullOrWhiteSpace(model) || model.Length > 256 || model.Contains('\0')))
        {
            errors.Add("model", "must be the id of a model that EmbedService serves");
        }

        CheckIndex(settings.Index, errors);
        CheckFields(settings.Fields, errors);
        CheckRanking(settings.Weights, settings.Fusion, settings.Rerank, settings.RerankDepth, errors);
        if (errors.Any)
        {
            throw ApiException.Invalid(errors);
        }
    }

    public static void CheckWeights(LegWeights? weights, FieldErrors errors)
    {
        foreach (var leg in Enum.GetValues<SearchLeg>())
        {
            if (weights?[leg] is { } weight && !(weight is >= 0 and <= 100))
            {
                errors.Add($"weights.{leg.ToString().ToLowerInvariant()}", "must be from 0 to 100");
            }
        }
    }

    private static void CheckRanking(LegWeights? weights, FusionMode? fusion, RerankMode? rerank, int? depth, FieldErrors errors)
    {
        CheckWeights(weights, errors);
        if (fusion is { } method && !Enum.IsDefined(method))
        {
            errors.Add("fusion", "must be score or rrf");
        }

        if (rerank is { } mode && !Enum.IsDefined(mode))
        {
            errors.Add("rerank", "must be always, never or auto");
        }

        if (depth is < 1 or > MaxDepth)
        {
            errors.Add("rerank_depth", $"must be from 1 to {MaxDepth}");
        }
    }

    private static void CheckTemplate(string? template, FieldErrors errors)
    {
        try
        {
            if (template?.Length > MaxTemplateLength || template?.Contains('\0') == true)
            {
                errors.Add("text_template", $"must have at most {MaxTemplateLength} characters and no NUL");
            }
            else if (template is not null)
            {
                TextTemplate.Parse(template);
            }
        }
        catch (FormatException wrong)
        {
            errors.Add("text_template", wrong.Message);
        }
    }

    private static void CheckIndex(IndexSettings? index, FieldErrors errors)
    {
        if (index?.Type is not (null or EmbeddingSpace.HalfVector or EmbeddingSpace.Vector))
        {
            errors.Add("index.type", $"must be {EmbeddingSpace.HalfVector} or {EmbeddingSpace.Vector}");
        }

        if (index?.M is < 2 or > 100)
        {
            errors.Add("index.m", "must be from 2 to 100");
        }

        var min = Math.Max(4, 2 * (index?.M ?? 16));
        if ((index?.EfConstruction ?? EmbeddingSpace.DefaultEfConstruction) is var width && (width < min || width > 1000))
        {
            errors.Add("index.ef_construction", $"must be from {min} to 1000: at least twice m");
        }
    }

    private static void CheckFields(IReadOnlyDictionary<string, FieldSettings>? fields, FieldErrors errors)
    {
        if (fields?.Count > MaxFields)
        {
            errors.Add("fields", $"must have at most {MaxFields} fields");
            return;
        }

        foreach (var (name, field) in fields ?? new Dictionary<string, FieldSettings>())
        {
            if (name.Length is 0 or > MaxFieldNameLength || name.Contains('\0'))
            {
                errors.Add("fields", $"must have names of 1 to {MaxFieldNameLength} characters without NUL");
            }
            else if (field?.Type is not { } type || !FieldTypes.Contains(type))
            {
                errors.Add($"fields.{name}.type", $"must be one of: {string.Join(", ", FieldTypes)}");
            }
            else if (field is { Type: "geo", Facet: true })
            {
                errors.Add($"fields.{name}.facet", "must be false for a field of type geo: points are not counted");
            }
        }
    }
}
