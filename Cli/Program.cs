using EmbedPlatform.Cli.CommandLine;

return await Application.RunAsync(args);
