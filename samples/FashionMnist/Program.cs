using NetGen.Samples;

return await SampleProgram.RunAsync(Settings.Command(FashionMnistRun.ExecuteAsync), args);
