using EmbedPlatform.Cli.Demo;

namespace EmbedPlatform.Cli.Tests.Demo;

public sealed class PackageSelectionTests
{
    [Fact]
    public void Of_packages_that_say_the_same_the_shortest_name_stays() =>
        Assert.Equal(
            ["app", "other"],
            PackageSelection
                .Distinct([
                    Package("app-extra", "does it"),
                    Package("app", "does it"),
                    Package("other", "does more"),
                    Package("other", "again"),
                ])
                .Select(package => package.Name)
        );

    [Fact]
    public void What_every_system_has_comes_first_then_programs_then_the_rest()
    {
        var library = Package("lib", "library") with { Tags = ["role::shared-lib"] };
        var program = Package("program", "program") with { Tags = ["interface::x11", "role::program"] };
        var shell = Package("shell", "shell") with { Priority = "required" };

        Assert.Equal([shell, program, library], PackageSelection.Select([library, program, shell], 3));
    }

    [Fact]
    public void Of_packages_without_tags_the_sections_tell_programs()
    {
        var library = Package("lib", "library") with { Section = "libs" };
        var program = Package("program", "program") with { Section = "contrib/net" };
        var data = Package("program-data", "data of program") with { Section = "net" };

        Assert.Equal([program], PackageSelection.Select([data, library, program], 1));
    }

    [Fact]
    public void The_choice_does_not_hang_on_the_order_of_the_lists_and_a_smaller_one_is_part_of_a_larger()
    {
        var packages = Enumerable.Range(0, 200).Select(index => Package($"p{index}", $"does {index}")).ToList();

        var many = PackageSelection.Select(packages, 50);

        Assert.Equal(many, PackageSelection.Select([.. packages.AsEnumerable().Reverse()], 50));
        Assert.Equal(many.Take(20), PackageSelection.Select(packages, 20));
        Assert.NotEqual(packages.Take(50), many);
    }

    [Fact]
    public void A_package_becomes_a_document_with_its_text_and_what_is_known_about_it()
    {
        var package = new DebianPackage("gtypist", new PackageDescription("typing tutor", "Learn to type."))
        {
            Section = "games",
            Version = "2.9",
        };

        var document = package.ToDocument();

        Assert.Equal(("gtypist", "gtypist: typing tutor", "Learn to type."), (document.Id, document.Title, document.Text));
        Assert.Equal("""{"section":"games","version":"2.9"}""", document.Metadata!.Value.GetRawText());
        Assert.Equal("typing tutor", Package("gtypist", "typing tutor").ToDocument().Text);
    }

    private static DebianPackage Package(string name, string description) => new(name, new PackageDescription(description, ""));
}
