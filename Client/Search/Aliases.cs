namespace EmbedPlatform.Client.Search;

/// <summary>A second name of a collection. Every route that takes a collection's name takes an alias too.</summary>
/// <param name="Name">The alias.</param>
/// <param name="Collection">The name of its collection.</param>
/// <param name="ChangedAt">The time at which it was last moved.</param>
public sealed record CollectionAlias(string Name, string Collection, DateTimeOffset ChangedAt);

/// <summary>All aliases.</summary>
/// <param name="Aliases">The aliases, by name.</param>
public sealed record AliasList(IReadOnlyList<CollectionAlias> Aliases);

/// <summary>Creates or moves an alias.</summary>
public sealed record AliasRequest
{
    /// <summary>The name of the collection.</summary>
    public string? Collection { get; init; }
}

/// <summary>Renames or clones a collection.</summary>
public sealed record NameRequest
{
    /// <summary>The new name: 1 to 63 of a-z, 0-9, _ and -, starting with a letter or digit.</summary>
    public string? To { get; init; }
}
