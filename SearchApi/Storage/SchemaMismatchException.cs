namespace EmbedPlatform.SearchApi.Storage;

/// <summary>The database's schema does not match this program or its options; a restart does not help.</summary>
internal sealed class SchemaMismatchException(string message) : Exception(message);
