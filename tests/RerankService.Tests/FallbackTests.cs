using System.Net.Http.Json;
using System.Text.Json;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.ModelPools;
using EmbedPlatform.TestKit;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Xunit;

namespace EmbedPlatform.RerankService.Tests;

/// <summary>What answers say where another model served than the one that was asked for.</summary>
public sealed class FallbackTests : IAsyncLifetime
{
    private const string Reason = "big-model could not be loaded:\nno memory for “it” now";

    private readonly WebApplicationFactory<Program> _service = new WebApplicationFactory<Program>().WithWebHostBuilder(host =>
    {
        host.UseSetting("Inference:Model", "mini-rerank");
        host.ConfigureTestServices(services =>
        {
            var pool = services.Last(service => service.ServiceType == typeof(IModelPool<IRerankModel>));
            services.RemoveAll<IModelPool<IRerankModel>>();
            services.AddSingleton<IModelPool<IRerankModel>>(provider => new Fallen(
                (IModelPool<IRerankModel>)(
                    pool.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, pool.ImplementationType!)
                )
            ));
        });
    });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        using var http = _service.CreateClient();
        await Eventually.TrueAsync(async () => (await http.GetAsync("health")).IsSuccessStatusCode, "the service is ready");
    }

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Theory]
    [InlineData("rerank", "documents")]
    [InlineData("rerank", "texts")]
    [InlineData("v1/rerank", "documents")]
    [InlineData("v2/rerank", "documents")]
    [InlineData("api/v1/rerank", "documents")]
    public async Task Every_format_names_the_model_and_the_reason_in_headers(string route, string field)
    {
        using var response = await PostAsync(route, field);

        Assert.Equal("mini-rerank", Assert.Single(response.Headers.GetValues("X-Model")));
        Assert.Equal(
            "big-model could not be loaded: no memory for  it  now",
            Assert.Single(response.Headers.GetValues("X-Model-Fallback"))
        );
    }

    [Theory]
    [InlineData("rerank")]
    [InlineData("api/v1/rerank")]
    public async Task Native_responses_carry_the_reason(string route)
    {
        using var response = await PostAsync(route, "documents");

        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Equal(
            ("mini-rerank", Reason),
            (answer.GetProperty("model").GetString(), answer.GetProperty("fallback").GetProperty("reason").GetString())
        );
    }

    [Fact]
    public async Task Cohere_responses_warn_of_it()
    {
        using var response = await PostAsync("v2/rerank", "documents");

        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Equal(
            [$"The fallback model answered: {Reason}"],
            answer.GetProperty("meta").GetProperty("warnings").EnumerateArray().Select(text => text.GetString())
        );
    }

    private async Task<HttpResponseMessage> PostAsync(string route, string field)
    {
        using var http = _service.CreateClient();
        var response = await http.PostAsJsonAsync(
            route,
            new Dictionary<string, object> { ["query"] = "q", [field] = new[] { "a" } },
            Token
        );
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Token));
        return response;
    }

    /// <summary>The service's own pool, whose models are never the ones that were asked for.</summary>
    private sealed class Fallen(IModelPool<IRerankModel> pool) : IModelPool<IRerankModel>
    {
        public IReadOnlyList<ServedModel> Models => pool.Models;

        public async ValueTask<ModelLease<IRerankModel>> RentAsync(string? name, CancellationToken cancellationToken)
        {
            var lease = await pool.RentAsync(name, cancellationToken);
            return new ModelLease<IRerankModel>(lease.Model, Reason, lease.Dispose);
        }
    }
}
