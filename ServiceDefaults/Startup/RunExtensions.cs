using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.ServiceDefaults.Startup;

/// <summary>Runs a service so that a wrong option is one clear line and not a stack trace.</summary>
public static class RunExtensions
{
    /// <summary>Checks the options, runs the service until it is told to stop, and returns the exit code of the process.</summary>
    /// <param name="app">The service.</param>
    public static async Task<int> RunServiceAsync(this WebApplication app)
    {
        try
        {
            app.Services.GetService<IStartupValidator>()?.Validate();
        }
        catch (Exception wrong) when (wrong is OptionsValidationException or InvalidOperationException or AggregateException)
        {
            await Console.Error.WriteLineAsync($"{app.Environment.ApplicationName}: {Reasons(wrong).ReplaceLineEndings(" ")}");
            await app.DisposeAsync();
            return 1;
        }

        await app.RunAsync();
        return Environment.ExitCode;
    }

    private static string Reasons(Exception wrong) => wrong switch
    {
        OptionsValidationException options => string.Join("; ", options.Failures),
        AggregateException several => string.Join("; ", several.InnerExceptions.Select(Reasons)),
        _ => wrong.Message,
    };
}
