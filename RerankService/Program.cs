using EmbedPlatform.ModelServiceDefaults.Hosting;
using EmbedPlatform.ModelServiceDefaults.Wire;
using EmbedPlatform.RerankService.Formats.Cohere;
using EmbedPlatform.RerankService.Formats.Legacy;
using EmbedPlatform.RerankService.Formats.Native;
using EmbedPlatform.RerankService.Formats.OpenAi;
using EmbedPlatform.RerankService.Formats.TeiOrLegacy;
using EmbedPlatform.RerankService.Model;
using EmbedPlatform.RerankService.Reranking;
using EmbedPlatform.ServiceDefaults;
using EmbedPlatform.ServiceDefaults.Hosting;
using EmbedPlatform.ServiceDefaults.Security;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.Services.AddOpenApi(CohereSchemas.Add);
builder.Services.AddRerankModel();
builder.Services.AddReranking();
builder.Services.AddWireFormats(new NativeFormat(), new TeiOrLegacyFormat(), new LegacyFormat(), new CohereFormat(), new OpenAiFormat());

var app = builder.Build();
app.MapDefaultEndpoints(KeyScopes.Rerank);
app.MapOpenApi();
app.MapWireFormats();
app.MapInfo();
return await app.RunServiceAsync();
