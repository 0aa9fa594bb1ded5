using NetGen.Samples;

return await SampleProgram.RunAsync(Settings.Command(VisionTransformerRun.Execute), args);
