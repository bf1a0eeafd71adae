using System.Runtime.CompilerServices;
using Mono.Cecil;
using Xunit;

namespace EmbedPlatform.Architecture.Tests;

/// <summary>A project of the platform: its sources and its compiled assembly.</summary>
internal sealed record Project(string Name)
{
    private const string Platform = "EmbedPlatform.";

    /// <summary>Every project that ships, the lowest first.</summary>
    public static TheoryData<string> Names =>
        ["Client", "Inference", "ServiceDefaults", "ModelServiceDefaults", "EmbedService", "RerankService", "SearchApi", "AppHost", "Cli"];

    public string RootNamespace => Platform + Name;

    public string Folder => Path.Combine(RepositoryRoot(), Name);

    private string AssemblyPath => Path.Combine(AppContext.BaseDirectory, Name == "Cli" ? "embedctl.dll" : $"{RootNamespace}.dll");

    /// <summary>The full path of a file of the repository.</summary>
    public static string PathOf(string file) => Path.Combine(RepositoryRoot(), file);

    /// <summary>The paths of the project's own C# files, relative to its folder.</summary>
    public IEnumerable<string> Sources() =>
        Directory
            .EnumerateFiles(Folder, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Folder, file))
            .Where(file => file.Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj"));

    /// <summary>The other projects that its assembly uses.</summary>
    public IReadOnlySet<string> References()
    {
        using var assembly = AssemblyDefinition.ReadAssembly(AssemblyPath);
        return assembly
            .MainModule.AssemblyReferences.Where(reference => reference.Name.StartsWith(Platform, StringComparison.Ordinal))
            .Select(reference => reference.Name[Platform.Length..])
            .ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>
    /// Every use of one namespace's types by another's, within the project. Program puts the parts together and may use them all.
    /// </summary>
    public IReadOnlyList<TypeUse> Uses()
    {
        using var assembly = AssemblyDefinition.ReadAssembly(AssemblyPath);
        return
        [
            .. from use in assembly.MainModule.Types.Where(type => type.Name != "Program").SelectMany(TypeUses.Of)
            let user = Relative(use.From)
            let used = Relative(use.To)
            where user is not null && used is not null && user != used
            select use with
            {
                From = user,
                To = used,
            },
        ];
    }

    /// <summary>Every compiled type, nested and generated ones included.</summary>
    public IEnumerable<TypeDefinition> Types() =>
        AssemblyDefinition.ReadAssembly(AssemblyPath, new ReaderParameters { InMemory = true }).MainModule.GetTypes();

    private string? Relative(string name) =>
        name switch
        {
            // Top-level statements have no namespace.
            "" => "",
            _ when name == RootNamespace => "",
            _ when name.StartsWith(RootNamespace + ".", StringComparison.Ordinal) => name[(RootNamespace.Length + 1)..],
            _ => null,
        };

    private static string RepositoryRoot([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));
}
