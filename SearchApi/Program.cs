using EmbedPlatform.SearchApi;
using EmbedPlatform.SearchApi.Http;
using EmbedPlatform.SearchApi.Storage;
using EmbedPlatform.SearchApi.Tenants;
using EmbedPlatform.ServiceDefaults;
using EmbedPlatform.ServiceDefaults.Hosting;
using EmbedPlatform.ServiceDefaults.Security;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();

// StorageHealthCheck decides readiness: without Redis the service works, only slower.
builder.AddNpgsqlDataSource("vectors", settings => settings.DisableHealthChecks = true, source => source.ForSmallStatements());

// Detecting an unreachable Redis takes seconds, which the start can afford and the first request cannot.
builder.AddRedisClient(
    "cache",
    settings => (settings.DisableHealthChecks, settings.DisableAutoActivation) = (true, false),
    redis => redis.AbortOnConnectFail = false
);
builder.Services.AddOpenApi();
builder.Services.AddSearchApi();

var app = builder.Build();
app.MapDefaultEndpoints(KeyScopes.Search);
app.UseWholePathValues();
app.UseTenants();
app.MapOpenApi();
app.MapInfo();
app.MapCollections();
app.MapDocuments();
app.MapTasks();
app.MapSearch();
app.MapAssistants();
app.MapCaches();
return await app.RunServiceAsync();
