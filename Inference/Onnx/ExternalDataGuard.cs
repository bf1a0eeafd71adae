namespace EmbedPlatform.Inference.Onnx;

/// <summary>
/// Rejects models whose weights are outside their own folder: a downloaded model must not read other files of the machine.
/// </summary>
internal static class ExternalDataGuard
{
    /// <param name="locations">The files that the model refers to, from <see cref="ExternalDataScan"/>.</param>
    /// <param name="modelPath">The model's file; the files it refers to need not exist yet.</param>
    /// <exception cref="InvalidDataException">A path is absolute, leaves the folder, or goes through a link.</exception>
    public static void Check(IEnumerable<string> locations, string modelPath)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(modelPath))!;
        foreach (var location in locations)
        {
            if (!IsInside(location, folder))
            {
                throw new InvalidDataException(
                    $"{Path.GetFileName(modelPath)} is refused: its external data '{location}' points outside its folder."
                );
            }
        }
    }

    private static bool IsInside(string location, string folder)
    {
        if (location.Length == 0 || location.Contains('\\') || location.Contains('\0') || Path.IsPathRooted(location))
        {
            return false;
        }

        var path = folder;
        foreach (var part in location.Split('/'))
        {
            path = Path.Combine(path, part);
            if (part is "" or "." or ".." || new FileInfo(path).LinkTarget is not null)
            {
                return false;
            }
        }

        return true;
    }
}
