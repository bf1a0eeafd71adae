using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Execution;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

public interface IDistributedApplicationTestingBuilder : IDistributedApplicationBuilder, IAsyncDisposable, IDisposable
{
    Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default);
}

/// <summary>Runs the entry point of an AppHost inside a test, up to where it builds its application.</summary>
public static class DistributedApplicationTestingBuilder
{
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(CancellationToken cancellationToken = default)
        where TEntryPoint : class => CreateAsync<TEntryPoint>([], cancellationToken);

    /// <exception cref="InvalidOperationException">The entry point ended without building an application.</exception>
    public static async Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(string[] args, CancellationToken cancellationToken = default)
        where TEntryPoint : class
    {
        var hook = new EntryPointHook(typeof(TEntryPoint).Assembly)
        {
            EnvironmentName = Environments.Development,
            DefaultConfiguration = [new(DistributedApplicationBuilder.RandomizePorts, "true")],
        };
        new Thread(() => Invoke(hook, args)) { IsBackground = true, Name = "AppHost entry point" }.Start();
        return new TestingBuilder(hook, await hook.Builder.WaitAsync(cancellationToken));
    }

    private static void Invoke(EntryPointHook hook, string[] args)
    {
        EntryPointHook.Current = hook;
        var main = hook.EntryPoint.EntryPoint
            ?? throw new InvalidOperationException($"The assembly {hook.EntryPoint.GetName().Name} has no entry point.");
        try
        {
            var result = main.Invoke(null, main.GetParameters().Length == 0 ? null : [args]);
            hook.Ended(new InvalidOperationException($"The entry point exited without building an {nameof(DistributedApplication)} (exit code {result ?? 0})."));
        }
        catch (TargetInvocationException e)
        {
            hook.Ended(e.InnerException ?? e);
        }
    }

    private sealed class TestingBuilder(EntryPointHook hook, DistributedApplicationBuilder inner) : IDistributedApplicationTestingBuilder
    {
        public ConfigurationManager Configuration => inner.Configuration;

        public string AppHostDirectory => inner.AppHostDirectory;

        public IHostEnvironment Environment => inner.Environment;

        public IServiceCollection Services => inner.Services;

        public DistributedApplicationExecutionContext ExecutionContext => inner.ExecutionContext;

        public IList<IResource> Resources => inner.Resources;

        public IResourceBuilder<T> AddResource<T>(T resource)
            where T : IResource => inner.AddResource(resource);

        public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
            where T : IResource => inner.CreateResourceBuilder(resource);

        public DistributedApplication Build() => BuildAsync().GetAwaiter().GetResult();

        public Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default) => hook.BuildAsync().WaitAsync(cancellationToken);

        public void Dispose() => hook.Abandon();

        public ValueTask DisposeAsync()
        {
            hook.Abandon();
            return ValueTask.CompletedTask;
        }
    }
}
