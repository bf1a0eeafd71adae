using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.ServiceDefaults.Hosting;

public static class RunExtensions
{
    /// <summary>Runs the service and returns its exit code. An invalid option is reported as one line instead of a stack trace.</summary>
    public static async Task<int> RunServiceAsync(this WebApplication app)
    {
        try
        {
            app.Services.GetService<IStartupValidator>()?.Validate();
        }
        catch (Exception invalid) when (invalid is OptionsValidationException or InvalidOperationException or AggregateException)
        {
            await Console.Error.WriteLineAsync($"{app.Environment.ApplicationName}: {Reasons(invalid).ReplaceLineEndings(" ")}");
            await app.DisposeAsync();
            return 1;
        }

        await app.RunAsync();
        return Environment.ExitCode;
    }

    private static string Reasons(Exception invalid) =>
        invalid switch
        {
            OptionsValidationException options => string.Join("; ", options.Failures),
            AggregateException several => string.Join("; ", several.InnerExceptions.Select(Reasons)),
            _ => invalid.Message,
        };
}
