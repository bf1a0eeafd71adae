namespace EmbedPlatform.Cli.Demo;

/// <summary>Questions in everyday words that share few words with what answers them.</summary>
internal static class DemoQuestions
{
    /// <summary>About Debian's packages.</summary>
    public static IReadOnlyList<string> OfPackages { get; } =
    [
        "how can I find out which program keeps my hard drive busy",
        "get back photos that I deleted by accident",
        "keep strangers from guessing passwords on my server",
        "learn to type faster without looking at the keyboard",
        "which constellations will be above my house tonight",
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
