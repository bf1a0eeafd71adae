namespace Aspire.Hosting;

public interface IProjectMetadata
{
    string ProjectPath { get; }

    /// <summary>The built assembly (of the stand-in only: the real host asks the SDK).</summary>
    string? AssemblyPath => null;
}
