using EmbedPlatform.EmbedService.Cohere;
using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Model;
using EmbedPlatform.EmbedService.OlderServers;
using EmbedPlatform.EmbedService.OpenAi;
using EmbedPlatform.EmbedService.Tei;
using EmbedPlatform.ServiceDefaults;
using EmbedPlatform.ServiceDefaults.ApiKeys;
using EmbedPlatform.ServiceDefaults.Startup;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.Services.AddOpenApi();
builder.Services.AddEmbeddingModel();
builder.Services.AddEmbedding();

var app = builder.Build();
app.MapDefaultEndpoints(KeyScopes.Embed);
app.MapOpenApi();
app.MapEmbedding();
app.MapOpenAiEmbeddings();
app.MapCohere();
app.MapTei();
app.MapOlderServers();
app.MapInfo();
return await app.RunServiceAsync();
