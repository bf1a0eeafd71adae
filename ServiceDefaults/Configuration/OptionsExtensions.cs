using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.ServiceDefaults.Configuration;

public static class OptionsExtensions
{
    /// <summary>Binds options to a configuration section; an invalid value, an unknown name or a former name stops the start.</summary>
    /// <param name="services">The services.</param>
    /// <param name="section">The configuration section.</param>
    /// <param name="renamed">Former names with their current ones.</param>
    /// <param name="isForeign">Whether other code reads an entry of the section.</param>
    public static OptionsBuilder<TOptions> AddPlatformOptions<TOptions>(
        this IServiceCollection services,
        string section,
        IReadOnlyDictionary<string, string>? renamed = null,
        Func<IConfigurationSection, bool>? isForeign = null
    )
        where TOptions : class
    {
        services.AddOptionsValidator<TOptions>(section, renamed, isForeign);
        return services.AddOptions<TOptions>().BindConfiguration(section).ValidateOnStart();
    }

    internal static void AddOptionsValidator<TOptions>(
        this IServiceCollection services,
        string section,
        IReadOnlyDictionary<string, string>? renamed = null,
        Func<IConfigurationSection, bool>? isForeign = null
    )
        where TOptions : class =>
        services.AddSingleton<IValidateOptions<TOptions>>(provider => new OptionsValidator<TOptions>(
            provider.GetRequiredService<IConfiguration>(),
            section,
            new Dictionary<string, string>(renamed ?? new Dictionary<string, string>(), StringComparer.OrdinalIgnoreCase),
            isForeign ?? (_ => false)
        ));
}
