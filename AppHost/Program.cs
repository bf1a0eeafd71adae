using Aspire.Hosting;
using EmbedPlatform.AppHost;
using EmbedPlatform.AppHost.Backing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

try
{
    var dashboard = Dashboard.Choose(args);
    var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
    {
        // Without it the host ends while its services still stop.
        Args = [.. dashboard.Arguments, "--DcpPublisher:WaitForResourceCleanup=true", .. args],
        DisableDashboard = !dashboard.IsWanted,
    });
    var options = PlatformOptions.Read(builder.Configuration, builder.ExecutionContext.IsPublishMode ? Machine.Nominal : Machine.Current);
    var data = new DataFolder(options.DataFolder, builder.AppHostDirectory);
    using var owned = builder.ExecutionContext.IsRunMode ? data.Take() : null;

    var backing = await BackingServices.AddAsync(builder, options, data);
    var services = Graph.Add(builder, options, backing);

    var announcement = new Announced();
    if (builder.ExecutionContext.IsRunMode)
    {
        builder.Services.AddSingleton(dashboard);
        builder.Services.AddSingleton(data);
        builder.Services.AddSingleton(services);
        builder.Services.AddSingleton(announcement);
        builder.Services.AddHostedService<Announcement>();
        builder.Services.AddHostedService<Restarts>();
    }

    await using var app = builder.Build();
    await app.RunAsync();
    return announcement.Failed ? 1 : Environment.ExitCode;
}
catch (RefusedException refused)
{
    Console.Error.WriteLine($"AppHost: {refused.Message}");
    return 1;
}
