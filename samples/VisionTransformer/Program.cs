using NetGen.Samples;

var parsed = Settings.Command(VisionTransformerRun.Execute).Parse(args);
if (parsed.Errors.Count > 0)
{
    await Console.Error.WriteLineAsync($"error: {parsed.Errors[0].Message} (--help lists the options)");
    return 1;
}
return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
