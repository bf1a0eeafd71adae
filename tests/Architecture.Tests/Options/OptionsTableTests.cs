using Mono.Cecil;
using Mono.Cecil.Cil;
using Xunit;

namespace EmbedPlatform.Architecture.Tests.Options;

/// <summary>docs/configuration.md has every option that a program reads, as the code has it.</summary>
public sealed class OptionsTableTests
{
    /// <summary>eng/options-table.sh sets it.</summary>
    private const string UpdateVariable = "EMBEDPLATFORM_UPDATE_DOCS";

    private static readonly string Document = Project.PathOf(Path.Combine("docs", "configuration.md"));

    private static readonly SourceDocumentation Documentation = new(Project.Names.Select(row => new Project(row.Data)));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_tables_of_configuration_md_are_those_of_the_code()
    {
        var text = await File.ReadAllTextAsync(Document, Token);
        var rendered = OptionsDocument.Render(text, OptionGroup.All, Documentation);
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            await File.WriteAllTextAsync(Document, rendered, Token);
            return;
        }

        Assert.True(
            text == rendered,
            $"docs/configuration.md differs from the code: run eng/options-table.sh.\n{FirstDifference(text, rendered)}"
        );
    }

    [Fact]
    public void Every_option_is_explained_in_a_sentence() =>
        Assert.All(
            OptionGroup.All.SelectMany(group => group.Rows(Documentation)),
            row =>
            {
                Assert.True(row.Meaning.EndsWith('.'), $"{row.Name} has no sentence: '{row.Meaning}'");
                Assert.DoesNotContain('|', row.Meaning);
            }
        );

    [Fact]
    public void Every_options_class_that_a_program_binds_has_a_table()
    {
        var bound = Calls()
            .Select(call => call.Operand)
            .OfType<GenericInstanceMethod>()
            .Where(call => call.Name is "AddPlatformOptions" or "AddOptionsValidator" or "AddOptions")
            .Select(call => call.GenericArguments[0].FullName)
            .Where(name => name.StartsWith("EmbedPlatform.", StringComparison.Ordinal))
            .ToHashSet();

        Assert.NotEmpty(bound);
        Assert.Empty(bound.Except(OptionGroup.All.SelectMany(group => group.Classes).Select(type => type.FullName!)));
    }

    [Fact]
    public async Task Every_key_that_a_program_reads_is_documented()
    {
        var document = await File.ReadAllTextAsync(Document, Token);
        var keys = Calls()
            .Where(call => call.Operand is MethodReference method && IsRead(method))
            .Select(call => call.Previous)
            .Where(previous => previous.OpCode == OpCodes.Ldstr)
            .Select(previous => ((string)previous.Operand).Replace("__", ":", StringComparison.Ordinal))
            .ToHashSet();

        Assert.Contains("OTEL_EXPORTER_OTLP_ENDPOINT", keys);
        Assert.DoesNotContain(keys, key => !IsNamedIn(document, key));
    }

    // A whole name, the sections before the rest of a name, or the rest after its sections.
    private static bool IsNamedIn(string document, string key) =>
        "`:".Any(before => "`:".Any(after => document.Contains($"{before}{key}{after}", StringComparison.Ordinal)));

    private static bool IsRead(MethodReference method) =>
        (method.DeclaringType.Name, method.Name)
            is
                ("IConfiguration" or "ConfigurationManager", "get_Item" or "GetSection")
                or
                ("ConfigurationBinder", "GetValue")
                or
                ("ConfigurationExtensions", "GetConnectionString")
                or
                ("Environment", "GetEnvironmentVariable");

    private static IEnumerable<Instruction> Calls() =>
        from name in Project.Names.Select(row => row.Data)
        from type in new Project(name).Types()
        from method in type.Methods
        where method.HasBody
        from instruction in method.Body.Instructions
        where instruction.OpCode.FlowControl == FlowControl.Call
        select instruction;

    private static string FirstDifference(string text, string rendered) =>
        text.Split('\n')
            .Zip(rendered.Split('\n'))
            .Where(lines => lines.First != lines.Second)
            .Select(lines => $"docs: {lines.First}\ncode: {lines.Second}")
            .FirstOrDefault("");
}
