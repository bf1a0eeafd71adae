using Xunit;

namespace EmbedPlatform.EmbedService.Tests;

/// <summary>Tests of a service that measures its process: nothing else may grow meanwhile, so they run alone.</summary>
[CollectionDefinition(nameof(ProcessMemoryTests), DisableParallelization = true)]
public static class ProcessMemoryTests;
