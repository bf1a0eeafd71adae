using Npgsql;

namespace EmbedPlatform.SearchApi.Storage;

/// <summary>Collects the values of a statement that is put together from parts.</summary>
internal sealed class SqlParameters
{
    private readonly List<object> _values = [];

    /// <summary>Adds a value; returns the placeholder that stands for it.</summary>
    public string Add(object value)
    {
        _values.Add(value);
        return FormattableString.Invariant($"${_values.Count}");
    }

    /// <summary>Adds a statement with these values to a batch.</summary>
    public void AddTo(NpgsqlBatch batch, string sql) => batch.Add(sql, [.. _values]);

    /// <summary>A command on a pooled connection with these values.</summary>
    public NpgsqlCommand Command(NpgsqlDataSource database, string sql) => database.Command(sql, [.. _values]);

    /// <summary>A command with these values.</summary>
    public NpgsqlCommand Command(NpgsqlConnection connection, string sql) => connection.Command(sql, [.. _values]);
}
