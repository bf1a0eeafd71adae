using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.ServiceDefaults.ApiKeys;

/// <summary>A key that was presented and is known.</summary>
/// <param name="Name">Whose it is.</param>
/// <param name="Scopes">What it opens.</param>
internal sealed record KnownKey(string Name, IReadOnlySet<string> Scopes)
{
    public bool Opens(string? scope) => scope is null || Scopes.Contains(scope) || Scopes.Contains(KeyScopes.Admin);
}

// Keys are compared by their hashes and all of them every time: neither content nor place of a key shows in the time that an answer takes.
internal sealed class KeyRing(IOptions<ApiKeyOptions> options)
{
    private const int LongestKey = 1024;

    private readonly (byte[] Hash, KnownKey Key)[] _keys =
        [.. options.Value.Keys.Select(key => (Convert.FromHexString(key.Hash), new KnownKey(key.Name, ScopesOf(key))))];

    public bool Enforced { get; } = options.Value.Enforced;

    public KnownKey? Find(string presented)
    {
        if (presented.Length is 0 or > LongestKey)
        {
            return null;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(presented), hash);
        KnownKey? found = null;
        foreach (var (known, key) in _keys)
        {
            found = CryptographicOperations.FixedTimeEquals(hash, known) ? key : found;
        }

        return found;
    }

    public static IReadOnlySet<string> ScopesOf(ApiKeyEntry key) =>
        key.Scopes.Split([',', ' ', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToFrozenSet(StringComparer.Ordinal);
}
