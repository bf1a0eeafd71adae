using System.Reflection;

namespace Aspire.Hosting.Execution;

/// <summary>How Aspire.Hosting.Testing gets hold of the builder and the application that an AppHost's entry point makes.</summary>
internal sealed class EntryPointHook(Assembly entryPoint)
{
    private static readonly AsyncLocal<EntryPointHook?> CurrentHook = new();
    private readonly TaskCompletionSource<DistributedApplicationBuilder> _builder = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _mayBuild = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<DistributedApplication> _application = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _returned = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static EntryPointHook? Current
    {
        get => CurrentHook.Value;
        set => CurrentHook.Value = value;
    }

    public Assembly EntryPoint { get; } = entryPoint;

    public string? EnvironmentName { get; init; }

    public IEnumerable<KeyValuePair<string, string?>> DefaultConfiguration { get; init; } = [];

    public Task<DistributedApplicationBuilder> Builder => _builder.Task;

    /// <summary>Completes when the entry point has returned, and so has let go of what it holds.</summary>
    public Task Returned => _returned.Task;

    public void BeforeBuild(DistributedApplicationBuilder builder)
    {
        _builder.TrySetResult(builder);
        _mayBuild.Task.GetAwaiter().GetResult();
    }

    public void AfterBuild(DistributedApplication application) => _application.TrySetResult(application);

    public Task<DistributedApplication> BuildAsync()
    {
        _mayBuild.TrySetResult();
        return _application.Task;
    }

    /// <summary>The test does not want the application any more: an entry point that waits to build it learns so.</summary>
    public void Abandon() => _mayBuild.TrySetException(new OperationCanceledException("The test disposed the builder."));

    /// <summary>The entry point ended: whoever still waits for a builder or an application learns why there is none.</summary>
    public void Ended(Exception reason)
    {
        _builder.TrySetException(reason);
        _application.TrySetException(reason);
        _returned.TrySetResult();
    }
}
