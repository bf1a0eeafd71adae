using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace EmbedPlatform.ServiceDefaults.ApiKeys;

// Where the server will listen, by the rules of Kestrel: its own endpoints before urls, urls before ports alone, and those on every address.
internal static class ListenAddresses
{
    /// <summary>The first address that other machines can reach; null where there is none.</summary>
    public static string? BeyondThisMachine(IConfiguration configuration)
    {
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>().ToArray();
        if (endpoints.Length > 0)
        {
            return endpoints.FirstOrDefault(IsBeyondThisMachine);
        }

        if (!string.IsNullOrWhiteSpace(configuration["urls"]))
        {
            return Split(configuration["urls"]).FirstOrDefault(IsBeyondThisMachine);
        }

        return Split(configuration["http_ports"]).Select(port => $"http://*:{port}")
            .Concat(Split(configuration["https_ports"]).Select(port => $"https://*:{port}"))
            .FirstOrDefault();
    }

    /// <summary>Whether other machines can reach an address.</summary>
    public static bool IsBeyondThisMachine(string address)
    {
        BindingAddress binding;
        try
        {
            binding = BindingAddress.Parse(address);
        }
        catch (FormatException)
        {
            // The server explains it when it starts.
            return false;
        }

        return !binding.IsUnixPipe
            && !binding.IsNamedPipe
            && !binding.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            && !(IPAddress.TryParse(binding.Host, out var ip) && IPAddress.IsLoopback(ip));
    }

    private static string[] Split(string? list) =>
        list?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
