using System.Collections.Concurrent;
using EmbedPlatform.ServiceDefaults.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EmbedPlatform.ServiceDefaults.Tests;

public sealed class OptionsReportTests
{
    private const string Hash = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";

    [Fact]
    public async Task Startup_logs_the_effective_options_without_secrets()
    {
        using var log = new MemoryLog();
        await using var service = await SampleService.StartAsync(builder =>
        {
            builder.Logging.AddProvider(log);
            builder.Configuration.AddInMemoryCollection([
                new("Limits:MaxBodyBytes", "5000"),
                new("Cors:Origins:0", "https://shop.example"),
                new("ApiKeys:Keys:0:Name", "ada"),
                new("ApiKeys:Keys:0:Hash", Hash),
                new("ApiKeys:Keys:0:Scopes", "admin"),
                new("ApiKeys:Send:embed", "ep_secret"),
                new("ConnectionStrings:vectors", "Host=db;Username=u;Password=hunter2;Database=d"),
            ]);
        });

        var lines = log.Lines.Where(line => line.StartsWith("Options of ", StringComparison.Ordinal)).ToArray();

        Assert.Contains(lines, line => line.StartsWith("Options of Limits: MaxBodyBytes=5000 ", StringComparison.Ordinal));
        Assert.Contains("Options of Cors: Origins=[https://shop.example]", lines);
        Assert.Contains(lines, line => line.Contains("{Name=ada Hash=*** Scopes=admin}", StringComparison.Ordinal));
        Assert.Contains("Options of ConnectionStrings: vectors=Host=db;Username=u;Password=***;Database=d", lines);
        var everything = string.Join('\n', log.Lines);
        Assert.DoesNotContain(Hash, everything);
        Assert.DoesNotContain("ep_secret", everything);
        Assert.DoesNotContain("hunter2", everything);
    }

    [Theory]
    [InlineData("Host=db;Password='a;b';Database=d", "Host=db;Password=***;Database=d")]
    [InlineData("redis:6379,password=a=b,ssl=true", "redis:6379,password=***,ssl=true")]
    [InlineData("http://user:word@host:80/path", "http://***@host:80/path")]
    [InlineData("Endpoint=x;AccountKey=abc==;Other=1", "Endpoint=x;AccountKey=***;Other=1")]
    [InlineData("models;.data/models", "models;.data/models")]
    public void Secrets_in_a_value_are_hidden(string value, string shown) => Assert.Equal(shown, Secrets.Hide(value));

    private sealed class MemoryLog : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Lines.Enqueue(formatter(state, exception));

        public void Dispose() { }
    }
}
