using System.ComponentModel.DataAnnotations;
using EmbedPlatform.AppHost.Services;
using Microsoft.Extensions.Configuration;

namespace EmbedPlatform.AppHost;

/// <summary>The source of PostgreSQL and Redis.</summary>
internal enum BackingKind
{
    /// <summary>Containers if a container engine runs, else native.</summary>
    Auto,

    /// <summary>pgvector/pgvector and redis in containers.</summary>
    Containers,

    /// <summary>The system's programs, with their data in the data folder.</summary>
    Native,

    /// <summary>Running servers: <c>ConnectionStrings:vectors</c> and <c>ConnectionStrings:cache</c>.</summary>
    External,
}

/// <summary>The options of a run, from the command line (<c>--Backing native</c>), environment or appsettings.</summary>
internal sealed class PlatformOptions
{
    /// <summary>The source of PostgreSQL and Redis.</summary>
    public BackingKind Backing { get; set; }

    /// <summary>The folder with all data of a run; empty means the repository's <c>.data</c>. Relative to the current folder.</summary>
    public string DataFolder { get; set; } = "";

    /// <summary>
    /// Whether the Aspire dashboard runs and the services send it their traces, metrics and logs. Read from the command line and the
    /// environment only.
    /// </summary>
    public bool Dashboard { get; set; } = true;

    /// <summary>The ports of the three services and of the dashboard.</summary>
    public PortOptions Ports { get; set; } = new();

    /// <summary>The limits of each model service.</summary>
    public LimitOptions Limits { get; set; } = new();

    /// <summary>The number of replicas of each model service.</summary>
    public ReplicaOptions Replicas { get; set; } = new();

    /// <summary>The models.</summary>
    public ModelOptions Models { get; set; } = new();

    /// <summary>Binds and validates.</summary>
    /// <exception cref="RefusedException">A value is invalid or out of range.</exception>
    public static PlatformOptions Read(IConfiguration configuration) => Read(configuration, Machine.Current);

    /// <summary>Binds and validates, with the defaults for a machine.</summary>
    /// <exception cref="RefusedException">A value is invalid or out of range.</exception>
    public static PlatformOptions Read(IConfiguration configuration, Machine machine)
    {
        try
        {
            var options = new PlatformOptions
            {
                Limits = { Embed = ServiceLimits.Embedding(machine), Rerank = ServiceLimits.Reranking(machine) },
            };
            configuration.Bind(options);
            Validate(options.Ports, "Ports");
            Validate(options.Replicas, "Replicas");
            Validate(options.Limits.Embed, "Limits:Embed");
            Validate(options.Limits.Rerank, "Limits:Rerank");
            return options;
        }
        catch (InvalidOperationException e)
        {
            // "Failed to convert configuration value 'x' at 'Backing' to type ...", followed by the parser's message.
            var hint = e.Message.Contains("'Backing'", StringComparison.Ordinal) ? "; use auto, containers, native or external" : "";
            throw new RefusedException(e.Message.Split(" to type", 2)[0] + hint);
        }
    }

    private static void Validate(object part, string section)
    {
        var problems = new List<ValidationResult>();
        if (!Validator.TryValidateObject(part, new ValidationContext(part), problems, validateAllProperties: true))
        {
            throw new RefusedException($"{section}: {problems[0].ErrorMessage}");
        }
    }
}

/// <summary>Ports on this machine; 0 is a random port, and null the default port, or a random one if that is in use.</summary>
internal sealed class PortOptions
{
    /// <summary>SearchApi's port; 7080 by default.</summary>
    [Range(0, 65535)]
    public int? Search { get; set; }

    /// <summary>EmbedService's port; 7081 by default.</summary>
    [Range(0, 65535)]
    public int? Embed { get; set; }

    /// <summary>RerankService's port; 7082 by default.</summary>
    [Range(0, 65535)]
    public int? Rerank { get; set; }

    /// <summary>The dashboard's port; 18888 by default. <c>ASPNETCORE_URLS</c> of the AppHost overrides it.</summary>
    [Range(0, 65535)]
    public int? Dashboard { get; set; }
}

/// <summary>The replicas of the model services, which divide the limits; callers balance their calls over them.</summary>
internal sealed class ReplicaOptions
{
    /// <summary>EmbedService's replicas.</summary>
    [Range(1, 16)]
    public int Embed { get; set; } = 1;

    /// <summary>RerankService's replicas.</summary>
    [Range(1, 16)]
    public int Rerank { get; set; } = 1;
}

/// <summary>The models by id; <c>default</c> is the best installed default.</summary>
internal sealed class ModelOptions
{
    /// <summary>EmbedService's model.</summary>
    [Required]
    public string Embed { get; set; } = "default";

    /// <summary>RerankService's model.</summary>
    [Required]
    public string Rerank { get; set; } = "default";
}

/// <summary>Limits of the model services.</summary>
internal sealed class LimitOptions
{
    /// <summary>EmbedService's limits.</summary>
    public ServiceLimits Embed { get; set; } = ServiceLimits.Embedding(Machine.Current);

    /// <summary>RerankService's limits.</summary>
    public ServiceLimits Rerank { get; set; } = ServiceLimits.Reranking(Machine.Current);
}
