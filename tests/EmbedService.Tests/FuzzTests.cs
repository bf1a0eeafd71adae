using EmbedPlatform.ModelServiceTests.Fuzzing;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests;

/// <summary>Random requests, most of them wrong, to every route that the service's OpenAPI document names.</summary>
public sealed class FuzzTests(EmbedFixture service) : FuzzedService(service.Http), IClassFixture<EmbedFixture>;
