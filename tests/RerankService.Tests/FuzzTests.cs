using EmbedPlatform.ModelServiceTests.Fuzzing;
using Xunit;

namespace EmbedPlatform.RerankService.Tests;

/// <summary>Random requests, most of them wrong, to every route that the service's OpenAPI document names.</summary>
public sealed class FuzzTests(RerankFixture service) : FuzzedService(service.Http), IClassFixture<RerankFixture>;
