using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.EventEmitters;
using YamlDotNet.Serialization.NamingConventions;

namespace EmbedPlatform.AppHost.Publishing;

/// <summary>A Compose file; its keys are the property names in Compose's spelling.</summary>
internal sealed partial record ComposeFile
{
    private static readonly ISerializer Serializer = new SerializerBuilder()
        .WithNamingConvention(UnderscoredNamingConvention.Instance)
        .ConfigureDefaultValuesHandling(DefaultValuesHandling.OmitNull | DefaultValuesHandling.OmitEmptyCollections)
        .WithIndentedSequences()
        .DisableAliases()
        .WithEventEmitter(next => new Quoting(next))
        .Build();

    public required string Name { get; init; }

    public Dictionary<string, ComposeService> Services { get; init; } = [];

    public Dictionary<string, ComposeVolume> Volumes { get; init; } = [];

    public Dictionary<string, ComposeNetwork> Networks { get; init; } = [];

    /// <summary>The file's text.</summary>
    public override string ToString() => Serializer.Serialize(this);

    // Quoted, because YAML could read the value as a number, a time or a boolean.
    private sealed partial class Quoting(IEventEmitter next) : ChainedEventEmitter(next)
    {
        public override void Emit(ScalarEventInfo eventInfo, IEmitter emitter)
        {
            if (eventInfo.Source.Value is string text && !Plain().IsMatch(text))
            {
                eventInfo.Style = ScalarStyle.DoubleQuoted;
            }

            base.Emit(eventInfo, emitter);
        }

        [GeneratedRegex(
            "^(?!(?:y|n|yes|no|on|off|true|false|null)$)[A-Za-z][A-Za-z0-9_-]*$",
            RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
        )]
        private static partial Regex Plain();
    }
}

/// <summary>A container of a Compose file.</summary>
internal sealed record ComposeService
{
    public IReadOnlyList<string> Profiles { get; init; } = [];

    public required string Image { get; init; }

    public ComposeBuild? Build { get; init; }

    public IReadOnlyList<string> Entrypoint { get; init; } = [];

    public IReadOnlyList<string> Command { get; init; } = [];

    public required string Restart { get; init; }

    public string? User { get; init; }

    public bool? ReadOnly { get; init; }

    public IReadOnlyList<string> CapDrop { get; init; } = [];

    public IReadOnlyList<string> SecurityOpt { get; init; } = [];

    public IReadOnlyList<string> Tmpfs { get; init; } = [];

    public string? ShmSize { get; init; }

    public string? StopGracePeriod { get; init; }

    public Dictionary<string, string> Environment { get; init; } = [];

    public IReadOnlyList<string> Ports { get; init; } = [];

    public IReadOnlyList<string> Volumes { get; init; } = [];

    public IReadOnlyList<string> Networks { get; init; } = [];

    public Dictionary<string, ComposeDependency> DependsOn { get; init; } = [];

    public ComposeHealthcheck? Healthcheck { get; init; }

    public ComposeDeploy? Deploy { get; init; }
}

/// <summary>How an image is built.</summary>
internal sealed record ComposeBuild(string Context, string Dockerfile, string? Target, Dictionary<string, string> Args);

/// <summary>A dependency of a service.</summary>
internal sealed record ComposeDependency(string Condition);

/// <summary>A service's health check.</summary>
internal sealed record ComposeHealthcheck(IReadOnlyList<string> Test, string Interval, string Timeout, int Retries, string StartPeriod);

/// <summary>A service's deployment.</summary>
internal sealed record ComposeDeploy(ComposeResources Resources);

/// <summary>A service's resources.</summary>
internal sealed record ComposeResources(ComposeLimits Limits);

/// <summary>A service's resource limits.</summary>
internal sealed record ComposeLimits(string Cpus, string Memory);

/// <summary>A volume with the engine's defaults.</summary>
internal sealed record ComposeVolume;

/// <summary>A network; an internal one has no outbound access.</summary>
internal sealed record ComposeNetwork(bool? Internal = null);
