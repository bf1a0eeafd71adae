using EmbedPlatform.EmbedService.Cohere;
using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Embedding.Streaming;
using EmbedPlatform.EmbedService.Http;
using EmbedPlatform.EmbedService.Model;
using EmbedPlatform.EmbedService.OlderServers;
using EmbedPlatform.EmbedService.OpenAi;
using EmbedPlatform.EmbedService.Tei;
using EmbedPlatform.ServiceDefaults;
using EmbedPlatform.ServiceDefaults.ApiKeys;
using EmbedPlatform.ServiceDefaults.Startup;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.Services.AddOpenApi(WireSchemas.Add);
builder.Services.AddEmbeddingModel();
builder.Services.AddEmbedding();

var app = builder.Build();
app.MapDefaultEndpoints(KeyScopes.Embed);
app.MapOpenApi();
app.MapEmbedding();
app.MapEmbedStream();
app.MapOpenAiEmbeddings();
app.MapCohere();
app.MapTei();
app.MapOlderServers();
app.MapInfo();
return await app.RunServiceAsync();
