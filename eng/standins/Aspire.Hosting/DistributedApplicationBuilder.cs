using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;
using Aspire.Hosting.Execution;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

public interface IDistributedApplicationBuilder
{
    ConfigurationManager Configuration { get; }

    string AppHostDirectory { get; }

    IHostEnvironment Environment { get; }

    IServiceCollection Services { get; }

    DistributedApplicationExecutionContext ExecutionContext { get; }

    IList<IResource> Resources { get; }

    IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource;

    IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource;

    DistributedApplication Build();
}

public class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    /// <summary>The real host's own setting: endpoints that name a port get a random one.</summary>
    internal const string RandomizePorts = "DcpPublisher:RandomizePorts";

    private readonly HostApplicationBuilder _host;
    private readonly EntryPointHook? _hook = EntryPointHook.Current;
    private readonly string? _dashboard;
    private readonly bool _dashboardIsMissing;

    public DistributedApplicationBuilder(DistributedApplicationOptions options)
    {
        var appHost = _hook?.EntryPoint ?? Assembly.GetEntryAssembly();
        AppHostDirectory = options.ProjectDirectory
            ?? appHost?.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == "apphostprojectpath")?.Value
            ?? Directory.GetCurrentDirectory();
        _host = new HostApplicationBuilder(new HostApplicationBuilderSettings
        {
            Args = options.Args ?? [],
            ContentRootPath = AppHostDirectory,
            ApplicationName = appHost?.GetName().Name,
            EnvironmentName = _hook?.EnvironmentName,
        });
        if (_hook is not null)
        {
            Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = _hook.DefaultConfiguration });
        }

        _host.Logging.ClearProviders();
        _host.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        // A resource that is not there yet is no error.
        _host.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        if (_hook is null)
        {
            _host.Logging.AddSimpleConsole(console => console.SingleLine = true);
        }

        // As under the real testing builder, tests have none.
        if (!options.DisableDashboard && _hook is null)
        {
            _dashboard = DashboardProgram.Find(Configuration, appHost);
            _dashboardIsMissing = _dashboard is null;
            if (_dashboard is not null)
            {
                DashboardSecrets.Complete(Configuration);
            }
        }

        Services.AddHealthChecks();
        Services.AddSingleton<ResourceNotificationService>();
        Services.AddSingleton<ResourceCommandService>();
        Services.AddSingleton<IResourceLog>(_hook is null ? new ConsoleResourceLog(Console.Out) : new MemoryResourceLog());
        Services.AddSingleton(ExecutionContext);
        Services.AddSingleton(new ResourceList(Resources));
        Services.AddSingleton(new DistributedApplicationModel(Resources));
        Services.AddSingleton<Orchestrator>();
        Services.AddHostedService(services => services.GetRequiredService<Orchestrator>());
        if (_hook is not null)
        {
            Services.AddSingleton<IHostLifetime, NoConsoleLifetime>();
        }
    }

    public ConfigurationManager Configuration => _host.Configuration;

    public string AppHostDirectory { get; }

    public IHostEnvironment Environment => _host.Environment;

    public IServiceCollection Services => _host.Services;

    public DistributedApplicationExecutionContext ExecutionContext { get; } = new(DistributedApplicationOperation.Run);

    public IList<IResource> Resources { get; } = [];

    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource
    {
        if (Resources.Any(r => r.Name.Equals(resource.Name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new DistributedApplicationException($"Cannot add resource of type '{typeof(T)}' with name '{resource.Name}' because a resource with that name already exists.");
        }

        Resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource => new ResourceBuilder<T>(this, resource);

    public DistributedApplication Build()
    {
        _hook?.BeforeBuild(this);
        if (_dashboard is not null)
        {
            DashboardResource.Add(this, _dashboard);
        }
        else if (_dashboardIsMissing)
        {
            Console.WriteLine("no Aspire dashboard: its package was not to be had at set-up (eng/setup/dashboard.sh)");
        }

        var application = new DistributedApplication(_host.Build(), _hook);
        _hook?.AfterBuild(application);
        return application;
    }

    private sealed class ResourceBuilder<T>(IDistributedApplicationBuilder applicationBuilder, T resource) : IResourceBuilder<T>
        where T : IResource
    {
        public IDistributedApplicationBuilder ApplicationBuilder { get; } = applicationBuilder;

        public T Resource { get; } = resource;

        public IResourceBuilder<T> WithAnnotation<TAnnotation>(TAnnotation annotation)
            where TAnnotation : IResourceAnnotation
        {
            Resource.Annotations.Add(annotation);
            return this;
        }
    }

    /// <summary>Ctrl-C in a test run belongs to the runner.</summary>
    private sealed class NoConsoleLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
