using NetGen.Samples;

return await SampleProgram.RunAsync(Settings.Command(TransferRun.Execute), args);
