using EmbedPlatform.Cli;

return await Application.RunAsync(args, CommandTree.Create);
