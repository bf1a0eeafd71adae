using System.Net;
using System.Security.Cryptography;
using System.Text;
using EmbedPlatform.ServiceDefaults.Http;
using EmbedPlatform.ServiceDefaults.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace EmbedPlatform.ServiceDefaults.Tests;

public sealed class ApiKeyTests
{
    private const string Reader = "key of the reader";
    private const string Writer = "key of the writer";
    private const string Admin = "key of the admin";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Reader, "/search", HttpStatusCode.OK)]
    [InlineData(Reader, "/write", HttpStatusCode.Forbidden)]
    [InlineData(Writer, "/write", HttpStatusCode.OK)]
    [InlineData(Writer, "/search", HttpStatusCode.Forbidden)]
    [InlineData(Admin, "/search", HttpStatusCode.OK)]
    [InlineData(Admin, "/write", HttpStatusCode.OK)]
    [InlineData("key of nobody", "/search", HttpStatusCode.Unauthorized)]
    [InlineData("", "/search", HttpStatusCode.Unauthorized)]
    public async Task A_key_grants_its_scopes(string key, string path, HttpStatusCode status)
    {
        await using var service = await StartAsync();

        using var bearer = await SendAsync(service, path, "Authorization", $"Bearer {key}");
        using var header = await SendAsync(service, path, "X-Api-Key", key);

        Assert.Equal((status, status), (bearer.StatusCode, header.StatusCode));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Basic a2V5IG9mIHRoZSByZWFkZXI=")]
    [InlineData("key of the reader")]
    public async Task Without_a_key_the_answer_is_401_with_the_scheme(string? authorization)
    {
        await using var service = await StartAsync();

        using var response = await SendAsync(service, "/search", "Authorization", authorization);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_rejected_key_is_reported_in_the_shape_of_the_route()
    {
        await using var service = await StartAsync();

        using var response = await SendAsync(service, "/shaped", "Authorization", null);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.StartsWith("""{"message":"Send a valid API key""", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    [InlineData("/open")]
    public async Task Probes_need_no_key(string path)
    {
        await using var service = await StartAsync();

        using var response = await service.Http.GetAsync(path, Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Without_configured_keys_loopback_needs_none_and_ignores_a_sent_one()
    {
        await using var service = await SampleService.StartAsync(map: Map);

        using var response = await SendAsync(service, "/write", "Authorization", "Bearer whatever");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Disabled_keys_are_not_required()
    {
        await using var service = await StartAsync(("ApiKeys:Required", "false"));

        using var response = await SendAsync(service, "/write", "Authorization", null);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static async Task<HttpResponseMessage> SendAsync(SampleService service, string path, string header, string? value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (value is not null)
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }

        return await service.Http.SendAsync(request, Cancellation);
    }

    private static Task<SampleService> StartAsync(params (string Key, string Value)[] settings) =>
        SampleService.StartAsync(
            builder =>
                builder.Configuration.AddInMemoryCollection(
                    new[] { Entry(0, Reader, "search"), Entry(1, Writer, "write, embed"), Entry(2, Admin, "admin") }
                        .SelectMany(entry => entry)
                        .Concat(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
                ),
            Map,
            KeyScopes.Search
        );

    private static IEnumerable<KeyValuePair<string, string?>> Entry(int i, string key, string scopes) =>
        [
            new($"ApiKeys:Keys:{i}:Name", scopes),
            new($"ApiKeys:Keys:{i}:Hash", Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)))),
            new($"ApiKeys:Keys:{i}:Scopes", scopes),
        ];

    private static void Map(WebApplication app)
    {
        app.MapGet("/search", () => "found");
        app.MapGet("/write", () => "written").RequireKeyScope(KeyScopes.Write);
        app.MapGet("/open", () => "open").WithoutKey();
        app.MapGet("/shaped", () => "shaped").WithErrorShape(new MessageShape());
    }

    private sealed class MessageShape : ErrorShape
    {
        public override object Body(ProblemDetails problem) => new { Message = problem.Detail };
    }
}
