using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Inference.Installation;

/// <summary>How models are fetched.</summary>
public sealed record PullOptions
{
    /// <summary>The Hugging Face hub or a mirror of it (HF_ENDPOINT).</summary>
    public Uri HubEndpoint { get; init; } = new("https://huggingface.co");

    /// <summary>The access token for the hub, which is not sent to hosts it redirects to (HF_TOKEN).</summary>
    public string? HubToken { get; init; }

    /// <summary>How long a host may take to answer before it counts as unreachable.</summary>
    public TimeSpan ReachabilityTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a download may stall before it counts as interrupted.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The number of attempts for a download that makes no progress.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>The pause before the second attempt; it doubles with each.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest Retry-After of a host that is honoured; a longer one ends the pull.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The clock for pauses.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The npm client, which uses its own configuration.</summary>
    public string NpmCommand { get; init; } = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";

    /// <summary>
    /// The folder from which nuget.config is looked for, upwards; it names the feeds beside the user's and the machine's.
    /// </summary>
    public string NugetConfigFolder { get; init; } = Directory.GetCurrentDirectory();

    /// <summary>The options from environment variables.</summary>
    /// <exception cref="ModelException">HF_ENDPOINT is not an http or https address.</exception>
    public static PullOptions FromEnvironment()
    {
        var options = new PullOptions { HubToken = Environment.GetEnvironmentVariable("HF_TOKEN") is { Length: > 0 } token ? token : null };
        return Environment.GetEnvironmentVariable("HF_ENDPOINT") is not { Length: > 0 } endpoint ? options
            : Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? options with { HubEndpoint = uri }
            : throw new ModelException($"HF_ENDPOINT is '{endpoint}', which is not an http or https address.");
    }
}
