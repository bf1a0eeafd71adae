using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace EmbedPlatform.Bench.Tokenizers;

/// <summary>The JavaScript library in a node process of its own, asked for one round at a time.</summary>
internal sealed class JavaScript : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private readonly string _texts = Path.GetTempFileName();
    private readonly Process _node;

    /// <exception cref="InvalidOperationException">node or npm is missing, or the package cannot be installed; the message says which.</exception>
    public JavaScript(string tokenizer, string[] texts)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "js");
        if (!Directory.Exists(Path.Combine(folder, "node_modules", "@huggingface", "tokenizers")))
        {
            using var npm = Start("npm", folder, "install", "--no-package-lock", "--no-audit", "--no-fund", "--silent");
            npm.StandardInput.Close();
            npm.WaitForExit();
            if (npm.ExitCode != 0)
            {
                throw new InvalidOperationException($"npm install in {folder} failed");
            }
        }

        File.WriteAllText(_texts, JsonSerializer.Serialize(texts));
        _node = Start("node", folder, "tokenize.mjs", Path.GetFullPath(tokenizer), _texts);
    }

    public Round Run() => Ask<Round>("round");

    public uint[] HashIds() => Ask<uint[]>("ids");

    public void Dispose()
    {
        _node.StandardInput.Close();
        _node.WaitForExit();
        _node.Dispose();
        File.Delete(_texts);
    }

    private T Ask<T>(string question)
    {
        _node.StandardInput.WriteLine(question);
        _node.StandardInput.Flush();
        return JsonSerializer.Deserialize<T>(
            _node.StandardOutput.ReadLine() ?? throw new InvalidOperationException("node ended early"),
            Json
        )!;
    }

    private static Process Start(string program, string folder, params string[] arguments)
    {
        try
        {
            return Process.Start(
                new ProcessStartInfo(program, arguments)
                {
                    WorkingDirectory = folder,
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                }
            )!;
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException(
                $"{program} is not installed: the JavaScript side needs Node.js with npm; --no-js leaves it out",
                exception
            );
        }
    }
}
