using System.Diagnostics;
using System.Text.Json;
using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Bench.Node;

/// <summary>npm @huggingface/tokenizers in a Node process that tokenizes all texts on request.</summary>
internal sealed class HuggingFaceTokenizers : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private static readonly NodePackages Packages = new("tokenizers", "@huggingface/tokenizers");

    private readonly string _texts = Path.GetTempFileName();
    private readonly Process _node;

    /// <exception cref="CommandException">Node or npm is missing, or npm could not install the package.</exception>
    public HuggingFaceTokenizers(string tokenizer, string[] texts)
    {
        File.WriteAllText(_texts, JsonSerializer.Serialize(texts));
        _node = Packages.Run("tokenize.mjs", Path.GetFullPath(tokenizer), _texts);
    }

    /// <summary>Tokenizes every text once.</summary>
    public TokenizeTimes Tokenize() => Request<TokenizeTimes>("round");

    /// <summary>A hash of each text's ids.</summary>
    public uint[] HashIds() => Request<uint[]>("ids");

    public void Dispose()
    {
        _node.StandardInput.Close();
        _node.WaitForExit();
        _node.Dispose();
        File.Delete(_texts);
    }

    private T Request<T>(string request)
    {
        _node.StandardInput.WriteLine(request);
        _node.StandardInput.Flush();
        return JsonSerializer.Deserialize<T>(
            _node.StandardOutput.ReadLine() ?? throw new CommandException("Node exited; its output is above"),
            Json
        )!;
    }
}

/// <summary>All texts tokenized once.</summary>
/// <param name="Tokens">How many tokens there were.</param>
/// <param name="Cpu">The process' CPU time in seconds.</param>
internal sealed record TokenizeTimes(long Tokens, double Cpu);
