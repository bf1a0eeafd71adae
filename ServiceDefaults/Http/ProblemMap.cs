using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EmbedPlatform.ServiceDefaults.Http;

/// <summary>Maps a service's exceptions to answers.</summary>
public sealed class ProblemMap
{
    private readonly List<Func<Exception, IResult?>> _mappings = [];

    /// <summary>Includes derived exceptions. The first mapping that returns an answer wins.</summary>
    public ProblemMap Map<TException>(Func<TException, IResult?> answer)
        where TException : Exception
    {
        _mappings.Add(exception => exception is TException expected ? answer(expected) : null);
        return this;
    }

    internal IResult? Find(Exception exception) =>
        _mappings.Select(mapping => mapping(exception)).FirstOrDefault(result => result is not null);
}

public static class ProblemMapExtensions
{
    public static IServiceCollection MapProblems(this IServiceCollection services, Action<ProblemMap> configure) =>
        services.Configure(configure);
}
