namespace EmbedPlatform.Cli.Demo;

/// <summary>Questions in everyday words, which share few words with the documents that answer them.</summary>
internal static class DemoQuestions
{
    /// <summary>About Debian's packages.</summary>
    public static IReadOnlyList<string> OfPackages { get; } =
    [
        "where did all the space on my disk go",
        "get back pictures from a broken memory card",
        "keep strangers from guessing passwords on my server",
        "learn to type without looking at my fingers",
        "what can I see in the night sky from my garden",
    ];

    /// <summary>About this repository's pages.</summary>
    public static IReadOnlyList<string> OfPages { get; } =
    [
        "what do I type to bring everything up",
        "may I use this in a commercial product",
        "what happens when a part of the system dies",
        "which programs must be on the machine beforehand",
        "how good are the answers and how was that measured",
    ];
}
