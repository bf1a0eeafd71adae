using EmbedPlatform.RerankService.Cohere;
using EmbedPlatform.RerankService.Model;
using EmbedPlatform.RerankService.Reranking;
using EmbedPlatform.ServiceDefaults;
using EmbedPlatform.ServiceDefaults.ApiKeys;
using EmbedPlatform.ServiceDefaults.Startup;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.Services.AddOpenApi(CohereSchemas.Add);
builder.Services.AddRerankModel();
builder.Services.AddReranking();

var app = builder.Build();
app.MapDefaultEndpoints(KeyScopes.Rerank);
app.MapOpenApi();
app.MapReranking();
app.MapInfo();
return await app.RunServiceAsync();
