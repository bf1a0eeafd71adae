using EmbedPlatform.Cli.Demo;

namespace EmbedPlatform.Cli.Tests.Demo;

public sealed class StanzaTests
{
    [Fact]
    public async Task Fields_go_on_over_lines_that_begin_with_a_space_and_a_blank_line_ends_a_stanza()
    {
        var stanzas = await ReadAsync(
            """
            Package: gtypist
            Description: typing tutor
             Learn to type.
             .
               - lessons
            Tag: interface::text-mode,
             role::program

            Package: other
            Homepage: https://example.org:8080/x
            """
        );

        Assert.Equal(2, stanzas.Count);
        Assert.Equal("gtypist", stanzas[0]["Package"]);
        Assert.Equal("typing tutor\nLearn to type.\n.\n  - lessons", stanzas[0]["description"]);
        Assert.Equal("interface::text-mode,\nrole::program", stanzas[0]["Tag"]);
        Assert.Null(stanzas[0]["Homepage"]);
        Assert.Equal("https://example.org:8080/x", stanzas[1]["Homepage"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n\n")]
    public async Task Blank_input_has_no_stanzas(string text) => Assert.Empty(await ReadAsync(text));

    [Fact]
    public async Task Several_blank_lines_make_no_empty_stanza() =>
        Assert.Equal(["a", "b"], (await ReadAsync("Package: a\n\n\n\nPackage: b\n\n")).Select(stanza => stanza["Package"]));

    [Fact]
    public void A_description_is_its_first_line_and_running_text()
    {
        var description = PackageDescription.Parse(
            "typing tutor\nLearn to type\nwithout looking.\n.\nIt has:\n * lessons\n * games\n.\nEnd."
        );

        Assert.Equal("typing tutor", description.Short);
        Assert.Equal("Learn to type without looking.\n\nIt has:\n* lessons\n* games\n\nEnd.", description.Long);
    }

    [Fact]
    public void A_description_of_one_line_has_no_text() =>
        Assert.Equal(new PackageDescription("typing tutor", ""), PackageDescription.Parse("typing tutor"));

    private static async Task<List<Stanza>> ReadAsync(string text) =>
        await Stanza.ReadAllAsync(new StringReader(text)).ToListAsync(TestContext.Current.CancellationToken);
}
