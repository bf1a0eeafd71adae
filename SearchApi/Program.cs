using EmbedPlatform.SearchApi;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Documents;
using EmbedPlatform.SearchApi.Searching;
using EmbedPlatform.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddNpgsqlDataSource("vectors");
builder.AddRedisClient("cache", configureOptions: redis => redis.AbortOnConnectFail = false);
builder.Services.AddOpenApi();
builder.AddSearch();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapOpenApi();
app.MapInfo();
app.MapCollections();
app.MapDocuments();
app.MapSearch();
app.Run();
