using System.Net;
using CliWrap;
using EmbedPlatform.Client.Search;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests;

/// <summary><c>embedctl ingest</c>, as a process of its own, against SearchApi behind a real port.</summary>
public sealed class IngestCommandTests(Platform platform)
{
    [Fact]
    public async Task Documents_belong_to_the_named_tenant_and_no_other_sees_them()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await ApiProcess.StartAsync(await platform.NewDatabaseAsync(), platform.Redis.ConnectionString, models);

        var acme = await IngestAsync(api, """{"id":"plan","text":"the secret plan of acme"}""", "--tenant", "acme");
        var nobody = await IngestAsync(api, """{"id":"notice","text":"what everybody may read"}""");

        Assert.True(acme.Code == 0, acme.Output);
        Assert.True(nobody.Code == 0, nobody.Output);
        Assert.Contains("1 documents stored and embedded", acme.Output);
        Assert.Equal(["plan"], await IdsAsync(api, "acme"));
        Assert.Equal(["notice"], await IdsAsync(api, null));
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(api, "globex", "/api/v1/collections/c")).StatusCode);
    }

    [Fact]
    public async Task An_invalid_tenant_is_a_usage_error()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await ApiProcess.StartAsync(await platform.NewDatabaseAsync(), platform.Redis.ConnectionString, models);

        var (code, output) = await IngestAsync(api, """{"id":"a","text":"x"}""", "--tenant", "a b");

        Assert.True(code == 2, output);
        Assert.Contains("--tenant must be", output);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(api, null, "/api/v1/collections/c")).StatusCode);
    }

    private static async Task<(int Code, string Output)> IngestAsync(ServiceProcess api, string lines, params string[] options)
    {
        var (code, output, error) = await Programs.RunAsync(
            "dotnet",
            [
                Repository.Built("Cli", "embedctl.dll"),
                "ingest",
                "-",
                "--collection",
                "c",
                "--search-url",
                api.Http.BaseAddress!.AbsoluteUri,
                .. options,
            ],
            command => command.WithStandardInputPipe(PipeSource.FromString(lines))
        );
        return (code, output + error);
    }

    private static async Task<IEnumerable<string>> IdsAsync(ServiceProcess api, string? tenant)
    {
        using var response = await SendAsync(api, tenant, "/api/v1/collections/c/documents");
        return (await Api.ReadAsync<DocumentPage>(response)).Documents.Select(document => document.Id);
    }

    private static Task<HttpResponseMessage> SendAsync(ServiceProcess api, string? tenant, string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (tenant is not null)
        {
            request.Headers.Add("X-Tenant", tenant);
        }

        return api.Http.SendAsync(request);
    }
}
