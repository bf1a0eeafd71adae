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
    /// <summary>
    /// The source of PostgreSQL and Redis: <c>containers</c> (pgvector/pgvector:pg17, redis), <c>native</c> (installed packages) or
    /// <c>external</c> (<c>ConnectionStrings:vectors</c>, <c>ConnectionStrings:cache</c>). <c>auto</c> uses containers if a container
    /// engine runs, else installed packages.
    /// </summary>
    public BackingKind Backing { get; set; }

    /// <summary>
    /// The folder of databases, passwords, and <c>run/endpoints.json</c> of the running platform; relative to the current folder.
    /// </summary>
    /// <value>the repository's <c>.data</c></value>
    public string DataFolder { get; set; } = "";

    /// <summary>
    /// Whether the Aspire dashboard runs and the services send it their <see href="telemetry.md">traces, metrics and logs</see>. Read from
    /// the command line and the environment only.
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
    /// <summary>
    /// SearchApi's port on loopback; 0 for a random one. If the default is in use, a random port replaces it; if the port you set is in
    /// use, the start is refused.
    /// </summary>
    /// <value>7080</value>
    [Range(0, 65535)]
    public int? Search { get; set; }

    /// <summary>EmbedService's port, likewise.</summary>
    /// <value>7081</value>
    [Range(0, 65535)]
    public int? Embed { get; set; }

    /// <summary>RerankService's port, likewise.</summary>
    /// <value>7082</value>
    [Range(0, 65535)]
    public int? Rerank { get; set; }

    /// <summary>The dashboard's port, likewise. <c>ASPNETCORE_URLS</c> of the AppHost overrides it.</summary>
    /// <value>18888</value>
    [Range(0, 65535)]
    public int? Dashboard { get; set; }
}

/// <summary>The replicas of the model services, which divide the limits; callers balance their calls over them.</summary>
internal sealed class ReplicaOptions
{
    /// <summary>
    /// The number of EmbedService's processes: <c>embed</c>, <c>embed-2</c> and so on. They divide its limits: cores rounded down, at
    /// least one each; memory, at least 2048 MB each (or the limit, if that is less), because each replica loads its models. The first has
    /// the port of <c>Ports</c>, the others have random ones.
    /// </summary>
    [Range(1, 16)]
    public int Embed { get; set; } = 1;

    /// <summary>The number of RerankService's processes, likewise.</summary>
    [Range(1, 16)]
    public int Rerank { get; set; } = 1;
}

/// <summary>The models by id; <c>default</c> is the best installed default.</summary>
internal sealed class ModelOptions
{
    /// <summary>
    /// The id of EmbedService's model, as <c>embedctl models list</c> prints it; <c>default</c> is the first installed of the catalogue's
    /// defaults.
    /// </summary>
    [Required]
    public string Embed { get; set; } = "default";

    /// <summary>The id of RerankService's model, likewise.</summary>
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
