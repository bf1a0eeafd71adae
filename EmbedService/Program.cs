using EmbedPlatform.EmbedService.Caching;
using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Formats.Cohere;
using EmbedPlatform.EmbedService.Formats.Legacy;
using EmbedPlatform.EmbedService.Formats.Native;
using EmbedPlatform.EmbedService.Formats.OpenAi;
using EmbedPlatform.EmbedService.Formats.Shared;
using EmbedPlatform.EmbedService.Formats.Tei;
using EmbedPlatform.EmbedService.Formats.TeiOrLegacy;
using EmbedPlatform.EmbedService.Model;
using EmbedPlatform.ModelServiceDefaults.Hosting;
using EmbedPlatform.ModelServiceDefaults.Wire;
using EmbedPlatform.ServiceDefaults;
using EmbedPlatform.ServiceDefaults.Hosting;
using EmbedPlatform.ServiceDefaults.Security;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.Services.AddOpenApi(EmbeddingSchemas.Add);
builder.Services.AddEmbeddingModel();
builder.Services.AddEmbedding();
builder.AddEmbeddingCache();
builder.Services.AddWireFormats(
    new NativeFormat(),
    new OpenAiFormat(),
    new CohereFormat(),
    new TeiOrLegacyFormat(),
    new TeiFormat(),
    new LegacyFormat()
);

var app = builder.Build();
app.MapDefaultEndpoints(KeyScopes.Embed);
app.MapOpenApi();
app.MapWireFormats();
app.MapInfo();
return await app.RunServiceAsync();
