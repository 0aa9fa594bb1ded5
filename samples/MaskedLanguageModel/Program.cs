using NetGen.Samples;

return await SampleProgram.RunAsync(Settings.Command(MaskedLanguageModelRun.Execute), args);
