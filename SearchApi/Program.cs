using EmbedPlatform.SearchApi;
using EmbedPlatform.SearchApi.Http;
using EmbedPlatform.SearchApi.Storage;
using EmbedPlatform.SearchApi.Tenants;
using EmbedPlatform.ServiceDefaults;
using EmbedPlatform.ServiceDefaults.Hosting;
using EmbedPlatform.ServiceDefaults.Security;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();

// Readiness is StorageHealthCheck's business: without Redis the service works, only slower.
builder.AddNpgsqlDataSource("vectors", settings => settings.DisableHealthChecks = true, source => source.ForSmallStatements());

// A Redis that is away takes seconds to be known as such: the start has them, the first request has not.
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
