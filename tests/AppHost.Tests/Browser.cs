using PuppeteerSharp;
using Xunit;

namespace EmbedPlatform.AppHost.Tests;

/// <summary>Headless Chromium out of the distribution's package.</summary>
internal static class Browser
{
    private const string Chromium = "/usr/bin/chromium";

    /// <summary>Opens a page; skips the test where there is no Chromium.</summary>
    public static async Task<IBrowser> StartAsync()
    {
        Assert.SkipUnless(File.Exists(Chromium), "Chromium is not installed (eng/setup/chromium.sh)");
        return await Puppeteer.LaunchAsync(
            new LaunchOptions
            {
                ExecutablePath = Chromium,
                Headless = true,
                DefaultViewport = new ViewPortOptions { Width = 1440, Height = 760 },
                Args =
                [
                    // Tests may run as root, which Chromium's sandbox refuses.
                    "--no-sandbox",
                    "--disable-gpu",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                ],
            }
        );
    }
}
