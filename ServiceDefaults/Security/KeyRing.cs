using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.ServiceDefaults.Security;

internal sealed record ApiKey(string Name, IReadOnlySet<string> Scopes)
{
    public bool Grants(string? scope) => scope is null || Scopes.Contains(scope) || Scopes.Contains(KeyScopes.Admin);
}

// Every request is compared with the hashes of all keys in constant time, so that response times reveal nothing about a key.
internal sealed class KeyRing(IOptions<ApiKeyOptions> options)
{
    private const int MaxKeyLength = 1024;

    private readonly (byte[] Hash, ApiKey Key)[] _keys =
    [
        .. options.Value.Keys.Select(key => (Convert.FromHexString(key.Hash), new ApiKey(key.Name, ScopesOf(key)))),
    ];

    public bool Enforced { get; } = options.Value.Enforced;

    public ApiKey? Find(string presented)
    {
        if (presented.Length is 0 or > MaxKeyLength)
        {
            return null;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(presented), hash);
        ApiKey? found = null;
        foreach (var (known, key) in _keys)
        {
            found = CryptographicOperations.FixedTimeEquals(hash, known) ? key : found;
        }

        return found;
    }

    public static IReadOnlySet<string> ScopesOf(ApiKeyEntry key) =>
        key
            .Scopes.Split([',', ' ', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .ToFrozenSet(StringComparer.Ordinal);
}
