namespace EmbedPlatform.Inference.Onnx;

/// <summary>Refuses models whose weights point outside their own folder: a model from elsewhere must not read this machine's files.</summary>
internal static class ExternalDataGuard
{
    /// <exception cref="InvalidDataException">A tensor's file is absolute, climbs out of the folder, or is a link out of it.</exception>
    public static void Check(OnnxModel model, string modelPath)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(modelPath))!;
        foreach (var location in Files(model))
        {
            var full = Path.GetFullPath(Path.Combine(folder, location));
            var inside = !Path.IsPathRooted(location)
                && location.Length > 0
                && full.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);
            if (!inside || LeadsElsewhere(full, folder))
            {
                throw new InvalidDataException(
                    $"{Path.GetFileName(modelPath)} is refused: its external data '{location}' points outside its folder.");
            }
        }
    }

    public static IReadOnlyList<string> Files(OnnxModel model) =>
    [
        .. model.Initializers
            .Concat(model.Nodes.SelectMany(node => node.Attributes.Values.OfType<OnnxTensor>()))
            .Where(tensor => tensor.External is not null)
            .Select(tensor => tensor.External!.Location)
            .Distinct(StringComparer.Ordinal),
    ];

    private static bool LeadsElsewhere(string path, string folder) =>
        File.ResolveLinkTarget(path, returnFinalTarget: true) is { } target
        && !target.FullName.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
