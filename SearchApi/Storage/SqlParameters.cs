using Npgsql;

namespace EmbedPlatform.SearchApi.Storage;

/// <summary>Collects the parameters of a statement assembled from parts.</summary>
internal sealed class SqlParameters
{
    private readonly List<object> _values = [];

    /// <summary>Adds a value; returns its placeholder.</summary>
    public string Add(object value)
    {
        _values.Add(value);
        return FormattableString.Invariant($"${_values.Count}");
    }

    public void AddTo(NpgsqlBatch batch, string sql) => batch.Add(sql, [.. _values]);

    public NpgsqlCommand Command(NpgsqlDataSource database, string sql) => database.Command(sql, [.. _values]);

    public NpgsqlCommand Command(NpgsqlConnection connection, string sql) => connection.Command(sql, [.. _values]);
}
