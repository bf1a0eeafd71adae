using EmbedPlatform.SearchApi;
using EmbedPlatform.SearchApi.Http;
using EmbedPlatform.SearchApi.Storage;
using EmbedPlatform.SearchApi.Storage.Hosts;
using EmbedPlatform.SearchApi.Tenants;
using EmbedPlatform.ServiceDefaults;
using EmbedPlatform.ServiceDefaults.Hosting;
using EmbedPlatform.ServiceDefaults.Security;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();

DatabaseHosts.Add(builder);
CacheConnection.Add(builder);
builder.Services.AddOpenApi();
builder.Services.AddSearchApi();

var app = builder.Build();
CacheConnection.Report(app);
app.MapDefaultEndpoints(KeyScopes.Search);
app.UseWholePathValues();
app.UseTenants();
app.MapOpenApi();
app.MapInfo();
app.MapCollections();
app.MapAliases();
app.MapDocuments();
app.MapTransfer();
app.MapTasks();
app.MapSearch();
app.MapAssistants();
app.MapCaches();
return await app.RunServiceAsync();
