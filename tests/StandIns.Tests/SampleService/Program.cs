// What a supervised service can do: answer, tell its environment, be unhealthy for a while, end.
var builder = WebApplication.CreateBuilder(args);
if (builder.Configuration["Sample:FailAtStart"] is { } reason)
{
    Console.Error.WriteLine(reason);
    return 7;
}

builder.Logging.ClearProviders();
var app = builder.Build();
var healthyFrom = app.Configuration["Sample:HealthyWhenExists"];
app.MapGet("/health", () => healthyFrom is null || File.Exists(healthyFrom) ? Results.Ok() : Results.StatusCode(503));
app.MapGet("/environment", () => Environment.GetEnvironmentVariables());
app.MapGet("/arguments", () => args);
app.MapGet("/process", () => Environment.ProcessId);
app.MapPost("/exit", () => Environment.Exit(3));
app.Run();
return 0;
