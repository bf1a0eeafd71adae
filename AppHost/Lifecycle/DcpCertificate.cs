using System.Net;
using System.Reflection;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Aspire.Hosting;

namespace EmbedPlatform.AppHost.Lifecycle;

/// <summary>
/// Gives DCP's API server an elliptic-curve certificate, new for each run. By default DCP generates an RSA key, and the search for its
/// primes takes 0.5 to 3.5 s of one core, at random, before anything else can start. Aspire cannot pass options to DCP, so a short script
/// adds them.
/// </summary>
internal static class DcpCertificate
{
    // Other shells drop variables with a dot in the name, such as Logging__LogLevel__Microsoft.AspNetCore.
    private const string Bash = "/bin/bash";
    private const string PathOption = "DcpPublisher:CliPath";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Starts DCP with the certificate, unless the user configured another DCP.</summary>
    public static void Use(IDistributedApplicationBuilder builder, DataFolder data)
    {
        var isChosen = builder.Configuration[PathOption] is not null || builder.Configuration["ASPIRE_DCP_PATH"] is not null;
        if (isChosen || OperatingSystem.IsWindows() || !File.Exists(Bash) || PackagedDcp() is not { } dcp)
        {
            return;
        }

        var certificateFile = data.PathOf("run", "dcp.crt");
        var keyFile = data.PathOf("run", "dcp.key");
        var script = data.PathOf("run", "dcp");
        using (var key = ECDsa.Create(ECCurve.NamedCurves.nistP256))
        using (var certificate = SelfSigned(key))
        {
            File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
            DataFolder.WriteSecret(keyFile, key.ExportPkcs8PrivateKeyPem());
        }

        File.WriteAllText(
            script,
            $"""
            #!{Bash}
            export DCP_EXTENSIONS_PATH={Quoted(Path.Combine(Path.GetDirectoryName(dcp)!, "ext"))}
            [ "$1" = start-apiserver ] && exec {Quoted(dcp)} "$@" --tls-cert-file {Quoted(certificateFile)} --tls-key-file {Quoted(keyFile)}
            exec {Quoted(dcp)} "$@"

            """
        );
        File.SetUnixFileMode(script, OwnerOnly);
        builder.Configuration[PathOption] = script;
    }

    // Aspire's SDK records the path when the AppHost is built.
    private static string? PackagedDcp() =>
        typeof(DcpCertificate)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(item => item.Key == "dcpclipath")
            ?.Value;

    private static X509Certificate2 SelfSigned(ECDsa key)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(10));
    }

    private static string Quoted(string path) => $"'{path.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
