using System.Buffers.Binary;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;

namespace EmbedPlatform.Inference.Installation;

/// <summary>Copies a resource out of a .NET assembly, which is read as a file and never loaded.</summary>
internal static class AssemblyResource
{
    private const int LengthBytes = 4;
    private const int BufferBytes = 1 << 17;

    /// <param name="assembly">The assembly; can seek.</param>
    /// <param name="name">The resource's full name.</param>
    /// <param name="target">The file to write.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The bytes that were copied and their SHA-256.</returns>
    /// <exception cref="InvalidDataException">It is not an assembly, or has no such resource.</exception>
    public static async Task<(long Size, string Sha256)> CopyAsync(
        Stream assembly,
        string name,
        string target,
        CancellationToken cancellationToken
    )
    {
        var (start, length) = Find(assembly, name);
        assembly.Position = start;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(target, FileMode.Create, FileAccess.Write, FileShare.None);
        var buffer = new byte[BufferBytes];
        for (var left = length; left > 0;)
        {
            var count = await assembly.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancellationToken);
            if (count == 0)
            {
                throw new InvalidDataException($"The assembly ends within its resource {name}.");
            }

            hash.AppendData(buffer, 0, count);
            await file.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            left -= count;
        }

        return (length, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static (long Start, int Length) Find(Stream assembly, string name)
    {
        try
        {
            assembly.Position = 0;
            using var image = new PEReader(assembly, PEStreamOptions.LeaveOpen);
            if (
                !image.HasMetadata
                || image.PEHeaders.CorHeader is not { } header
                || !image.PEHeaders.TryGetDirectoryOffset(header.ResourcesDirectory, out var offset)
            )
            {
                throw new InvalidDataException("The file is not a .NET assembly with resources.");
            }

            var metadata = image.GetMetadataReader();
            var names = new List<string>();
            foreach (
                var resource in metadata
                    .ManifestResources.Select(metadata.GetManifestResource)
                    .Where(resource => resource.Implementation.IsNil)
            )
            {
                if (metadata.StringComparer.Equals(resource.Name, name))
                {
                    return At(assembly, offset + resource.Offset, offset + (long)header.ResourcesDirectory.Size, name);
                }

                names.Add(metadata.GetString(resource.Name));
            }

            throw new InvalidDataException(
                $"The assembly has no resource {name}; it has {(names.Count > 0 ? string.Join(", ", names) : "none")}."
            );
        }
        catch (BadImageFormatException problem)
        {
            throw new InvalidDataException($"The file is not a .NET assembly: {problem.Message}", problem);
        }
    }

    private static (long Start, int Length) At(Stream assembly, long position, long end, string name)
    {
        Span<byte> prefix = stackalloc byte[LengthBytes];
        assembly.Position = position;
        assembly.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadInt32LittleEndian(prefix);
        return length >= 0 && position + LengthBytes + length <= end
            ? (position + LengthBytes, length)
            : throw new InvalidDataException($"The resource {name} reaches beyond the assembly's resources.");
    }
}
