using System.Text.Json;
using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Inference.Installation;

/// <summary>
/// A folder beside the models in which a model is assembled; a single rename turns it into the model's folder once it is complete. One
/// process at a time works on a model; the others wait and then find it installed.
/// </summary>
internal sealed class StagingFolder : IDisposable
{
    /// <summary>The folder in a root that holds unfinished models.</summary>
    public const string FolderName = ".staging";

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    private readonly string _root;
    private readonly string _id;
    private readonly FileStream _lock;

    private StagingFolder(string root, string id, FileStream held)
    {
        _root = root;
        _id = id;
        _lock = held;
    }

    /// <summary>The model's final folder.</summary>
    public string Final => Path.Combine(_root, ModelId.Folder(_id));

    private string Work => Path.Combine(_root, FolderName);

    /// <param name="root">The folder that holds models.</param>
    /// <param name="id">The model.</param>
    /// <param name="waiting">Called once if another process is installing it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ModelPullException">The root cannot be written to.</exception>
    public static async Task<StagingFolder> EnterAsync(string root, string id, Action? waiting, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(Path.Combine(root, FolderName));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new ModelPullException($"{root} cannot be written to: {problem.Message}", problem);
        }

        var path = Path.Combine(root, FolderName, $"{ModelId.Folder(id)}.lock");
        while (true)
        {
            try
            {
                return new StagingFolder(root, id, new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException) when (File.Exists(path))
            {
                waiting?.Invoke();
                waiting = null;
                await Task.Delay(Poll, cancellationToken);
            }
        }
    }

    /// <summary>The work folder of a revision; files of an earlier attempt are kept, those of other revisions deleted.</summary>
    public string Folder(string revision)
    {
        var name = $"{ModelId.Folder(_id)}@{string.Concat(revision.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'))}";
        foreach (
            var other in Directory.EnumerateDirectories(Work, $"{ModelId.Folder(_id)}@*").Where(path => Path.GetFileName(path) != name)
        )
        {
            Directory.Delete(other, recursive: true);
        }

        return Directory.CreateDirectory(Path.Combine(Work, name)).FullName;
    }

    /// <summary>A new, empty work folder.</summary>
    public string EmptyFolder(string revision)
    {
        Directory.Delete(Folder(revision), recursive: true);
        return Folder(revision);
    }

    /// <summary>Checks the files, writes the manifest and moves the folder to its final place.</summary>
    /// <exception cref="InvalidDataException">
    /// The model is not an ONNX file, its weights point outside its folder, or the tokenizer is not JSON.
    /// </exception>
    public async Task<string> CommitAsync(
        string folder,
        string revision,
        string variant,
        CatalogEntry? entry,
        CancellationToken cancellationToken,
        IReadOnlyList<string>? madeFrom = null
    )
    {
        var signature = Onnx.OnnxReader.ReadSignature(Path.Combine(folder, "model.onnx"));
        ThrowIfNoJson(Path.Combine(folder, "tokenizer.json"));
        var manifest = await ModelManifest.DescribeAsync(
            folder,
            _id,
            revision,
            variant,
            ["model.onnx", "tokenizer.json", .. signature.ExternalFiles],
            cancellationToken
        );
        ModelJson.WriteAtomically(Path.Combine(folder, ModelManifest.FileName), manifest with { Entry = entry, MadeFrom = madeFrom });
        if (Directory.Exists(Final))
        {
            var old = Path.Combine(Work, $"{Guid.NewGuid():N}.old");
            Directory.Move(Final, old);
            Directory.Move(folder, Final);
            Directory.Delete(old, recursive: true);
        }
        else
        {
            Directory.Move(folder, Final);
        }

        return Final;
    }

    /// <summary>Removes the model in one step, with the leftovers of earlier pulls.</summary>
    public void Discard()
    {
        var old = Path.Combine(Work, $"{Guid.NewGuid():N}.old");
        Directory.Move(Final, old);
        foreach (var leftover in Directory.EnumerateDirectories(Work, $"{ModelId.Folder(_id)}@*").Append(old))
        {
            Directory.Delete(leftover, recursive: true);
        }
    }

    public void Dispose() => _lock.Dispose();

    private static void ThrowIfNoJson(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            JsonDocument.Parse(stream).Dispose();
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"{Path.GetFileName(path)} is not JSON: {problem.Message}", problem);
        }
    }
}
