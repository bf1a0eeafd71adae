using CliWrap;
using EmbedPlatform.TestKit;

namespace EmbedPlatform.AppHost.Tests;

/// <summary>The AppHost as a program of its own, as a user starts it, on random ports.</summary>
internal sealed class AppHostProcess : RunningProgram
{
    private AppHostProcess(IEnumerable<string> arguments, Func<Command, Command> with)
        : base("dotnet", arguments, with) { }

    public static AppHostProcess Start(TemporaryFolder data, params string[] options) =>
        Start(data, new Dictionary<string, string?>(), options);

    public static AppHostProcess Start(
        TemporaryFolder data,
        IEnumerable<KeyValuePair<string, string?>> environment,
        params string[] options
    ) =>
        new(
            [
                Repository.Built("AppHost", "EmbedPlatform.AppHost.dll"),
                "--DataFolder",
                data.Path,
                // A platform of the developer's own may run on the default ports.
                "--Ports:Search",
                "0",
                "--Ports:Embed",
                "0",
                "--Ports:Rerank",
                "0",
                .. options,
            ],
            command =>
                command.WithEnvironmentVariables(
                    new Dictionary<string, string?>(environment)
                    {
                        // What the test runner was given is not what a user's shell gives.
                        ["ASPNETCORE_URLS"] = null,
                        // A test that is about it says so: --Dashboard true.
                        ["Dashboard"] = "false",
                    }
                )
        );

    /// <summary>Waits until it says that everything is ready.</summary>
    public Task ReadyAsync() => ReadyAsync(() => Task.FromResult(Output.Contains("ready: rerank", StringComparison.Ordinal)));
}
