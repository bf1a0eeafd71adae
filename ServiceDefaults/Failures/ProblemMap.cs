using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EmbedPlatform.ServiceDefaults.Failures;

/// <summary>Which exceptions of a service's use cases are which answers.</summary>
public sealed class ProblemMap
{
    private readonly List<Func<Exception, IResult?>> _mappings = [];

    /// <summary>Answers an exception and those derived from it; the first mapping that fits wins.</summary>
    /// <typeparam name="TException">The exception.</typeparam>
    /// <param name="answer">Makes the answer; null: leaves the exception to other mappings.</param>
    public ProblemMap Map<TException>(Func<TException, IResult?> answer)
        where TException : Exception
    {
        _mappings.Add(exception => exception is TException expected ? answer(expected) : null);
        return this;
    }

    internal IResult? Find(Exception exception) => _mappings.Select(mapping => mapping(exception)).FirstOrDefault(result => result is not null);
}

/// <summary>Registers the answers to a service's own exceptions.</summary>
public static class ProblemMapExtensions
{
    /// <summary>Adds answers to exceptions.</summary>
    /// <param name="services">The service collection.</param>
    /// <param name="configure">Names the exceptions.</param>
    public static IServiceCollection MapProblems(this IServiceCollection services, Action<ProblemMap> configure) => services.Configure(configure);
}
