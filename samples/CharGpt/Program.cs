using NetGen.Samples;

return await SampleProgram.RunAsync(Settings.Command(CharGptRun.ExecuteAsync), args);
