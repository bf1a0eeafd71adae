using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace EmbedPlatform.ServiceDefaults.Security;

// The addresses that Kestrel will listen on. Its endpoints override urls, and urls override ports, which mean every address.
internal static class ListenAddresses
{
    /// <summary>The first address that other machines can reach; null if there is none.</summary>
    public static string? FirstExternal(IConfiguration configuration)
    {
        var endpoints = configuration
            .GetSection("Kestrel:Endpoints")
            .GetChildren()
            .Select(endpoint => endpoint["Url"])
            .OfType<string>()
            .ToArray();
        if (endpoints.Length > 0)
        {
            return endpoints.FirstOrDefault(IsExternal);
        }

        if (!string.IsNullOrWhiteSpace(configuration["urls"]))
        {
            return Split(configuration["urls"]).FirstOrDefault(IsExternal);
        }

        return Split(configuration["http_ports"])
            .Select(port => $"http://*:{port}")
            .Concat(Split(configuration["https_ports"]).Select(port => $"https://*:{port}"))
            .FirstOrDefault();
    }

    public static bool IsExternal(string address)
    {
        BindingAddress binding;
        try
        {
            binding = BindingAddress.Parse(address);
        }
        catch (FormatException)
        {
            // Kestrel reports it at startup.
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
