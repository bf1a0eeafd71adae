// The health check of images that have neither a shell nor curl: exit code 0 where the service of this container is ready, else 1 and one
// line why.
//   HealthProbe [URL]     by default /health on the first port of ASPNETCORE_HTTP_PORTS
using System.Net;

var port =
    Environment.GetEnvironmentVariable("ASPNETCORE_HTTP_PORTS")?.Split(';', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault()
    ?? "8080";
var url = args.Length > 0 ? args[0] : $"http://127.0.0.1:{port}/health";
try
{
    using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(4) };
    using var answer = await http.GetAsync(url);
    if (answer.StatusCode == HttpStatusCode.OK)
    {
        return 0;
    }

    Console.Error.WriteLine($"{url}: {(int)answer.StatusCode}");
}
catch (Exception e) when (e is HttpRequestException or OperationCanceledException or InvalidOperationException or UriFormatException)
{
    Console.Error.WriteLine($"{url}: {e.Message}");
}

return 1;
