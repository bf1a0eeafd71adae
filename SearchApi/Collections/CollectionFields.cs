using EmbedPlatform.Client.Search;

namespace EmbedPlatform.SearchApi.Collections;

internal static class CollectionFields
{
    /// <summary>Fills in the default of every absent property.</summary>
    public static IReadOnlyDictionary<string, FieldSettings>? Complete(IReadOnlyDictionary<string, FieldSettings>? fields) =>
        fields is null
            ? null
            : new SortedDictionary<string, FieldSettings>(
                fields.ToDictionary(
                    field => field.Key,
                    field => new FieldSettings
                    {
                        Type = field.Value.Type,
                        Filterable = field.Value.Filterable ?? true,
                        Facet = field.Value.Facet ?? false,
                    }
                ),
                StringComparer.Ordinal
            );

    /// <summary>Whether two completed declarations are equal.</summary>
    public static bool Same(IReadOnlyDictionary<string, FieldSettings>? one, IReadOnlyDictionary<string, FieldSettings>? other) =>
        (one?.Count ?? 0) == (other?.Count ?? 0)
        && (one is null || one.All(field => other!.TryGetValue(field.Key, out var same) && same == field.Value));
}
