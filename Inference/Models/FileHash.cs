using System.Security.Cryptography;

namespace EmbedPlatform.Inference.Models;

/// <summary>Hashes of files in lower-case hexadecimal.</summary>
internal static class FileHash
{
    private const int BufferBytes = 1 << 20;

    public static async Task<string> ComputeAsync(string path, HashAlgorithmName algorithm, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, useAsync: false);
        return Convert.ToHexStringLower(await CryptographicOperations.HashDataAsync(algorithm, stream, cancellationToken));
    }

    /// <summary>The algorithm's usual spelling, such as SHA-256.</summary>
    public static string AlgorithmName(HashAlgorithmName algorithm) => algorithm.Name!.Insert("SHA".Length, "-");
}
