using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Ingestion;
using EmbedPlatform.Client.Search;
using EmbedPlatform.TestKit;

namespace EmbedPlatform.Cli.Tests.Ingestion;

public sealed class DocumentFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_folder_stands_for_its_files_in_the_order_of_their_names()
    {
        _folder.Write("b.md", "# Heading of b\n\ntext of b\n");
        _folder.Write("deep/c.txt", "text of c");
        _folder.Write(
            "a.jsonl",
            """{"id": 7, "text": "text of 7", "metadata": {"k": [1]}}""" + "\n\n" + """{"_id": "x", "title": "X", "text": "text of x"}"""
        );
        _folder.Write("passed-over.png", "no text");
        _folder.Write("empty.txt", " \n");

        var documents = await ReadAsync(_folder.Path);

        Assert.Equal(["7", "x", "b.md", "deep/c.txt"], documents.Select(document => document.Id));
        Assert.Equal([null, "X", "Heading of b", "c"], documents.Select(document => document.Title));
        Assert.Equal("""{"k": [1]}""", documents[0].Metadata!.Value.GetRawText());
    }

    [Theory]
    [InlineData("""{"text": "no id"}""", "\"id\" or \"_id\" is missing")]
    [InlineData("""{"id": "a"}""", "\"text\" is missing")]
    [InlineData("""{"id": "a", "text": 5}""", "\"text\" is not a string")]
    [InlineData("""["a"]""", "not a JSON object")]
    [InlineData("""{"id": "a", """, "not a JSON object")]
    public async Task A_line_that_is_no_document_is_named_with_file_line_and_field(string line, string told)
    {
        var file = _folder.Write("documents.jsonl", """{"id": "fine", "text": "fine"}""" + "\n" + line + "\n");

        var exception = await Assert.ThrowsAsync<CommandException>(() => ReadAsync(file));

        Assert.StartsWith($"{file}:2: ", exception.Message);
        Assert.Contains(told, exception.Message);
    }

    [Fact]
    public void A_folder_without_documents_is_said() =>
        Assert.Contains("has no .jsonl", Assert.Throws<CommandException>(() => DocumentFiles.Find([_folder.Path])).Message);

    [Fact]
    public void A_file_that_is_no_text_is_said()
    {
        var file = _folder.Write("picture.png", "no text");

        Assert.Contains("is not a .jsonl", Assert.Throws<CommandException>(() => DocumentFiles.Find([file])).Message);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<List<Document>> ReadAsync(string path) =>
        await DocumentFiles
            .ReadAsync(DocumentFiles.Find([path]), Stream.Null, TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);
}
