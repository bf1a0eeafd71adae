using System.Text.Json;
using EmbedPlatform.Client;
using EmbedPlatform.Client.Search;
using Microsoft.Extensions.DependencyInjection;

// dotnet run --project samples/SearchConsole -- http://localhost:7080 "a pet that rests a lot"
if (args is not [var address, .. { Length: > 0 } words])
{
    Console.Error.WriteLine("usage: SearchConsole ADDRESS QUERY...");
    return 2;
}

var services = new ServiceCollection();
services.AddSearchClient(new Uri(address), Environment.GetEnvironmentVariable("EMBEDPLATFORM_API_KEY"));
await using var provider = services.BuildServiceProvider();
var client = provider.GetRequiredService<ISearchClient>();

const string Collection = "sample";
if (await client.GetCollectionAsync(Collection) is null)
{
    await client.CreateCollectionAsync(Collection, new CollectionSettings { Language = "english" });
}

var stored = await client.UpsertAsync(
    Collection,
    [
        Note("cats", "Cats", "Cats sleep for most of the day.", "pet"),
        Note("gzip", "gzip", "gzip compresses files.", "tool"),
        Note("ktouch", "KTouch", "KTouch teaches you to type without looking at the keys.", "tool"),
    ]
);
Console.WriteLine($"{stored.Written} documents written, {stored.Unchanged} unchanged");

// Stored documents are found by their words at once, and by their meaning once they are embedded.
while (await client.GetCollectionAsync(Collection) is { Pending: > 0 })
{
    await Task.Delay(100);
}

var response = await client.SearchAsync(Collection, new SearchRequest { Query = string.Join(' ', words), Limit = 3 });
foreach (var hit in response.Results)
{
    Console.WriteLine($"{hit.Score,8:F3}  {hit.Id}: {hit.Title}");
}

return 0;

static Document Note(string id, string title, string text, string kind) =>
    new()
    {
        Id = id,
        Title = title,
        Text = text,
        Metadata = JsonSerializer.SerializeToElement(new { kind }),
    };
