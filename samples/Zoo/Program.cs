using System.CommandLine;
using NetGen.Samples.Zoo;
using Spectre.Console;

// Where the output is a file or a pipe, lines are as long as they have to be.
if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 160;

var list = new Command("list", "Lists the networks.");
list.SetAction(_ => AnsiConsole.Write(Tables.OfNetworks(Networks.All)));

var name = new Argument<string>("NETWORK") { Description = "One of " + string.Join(", ", Networks.All.Select(n => n.Name)) + "." };
var show = new Command("show", "Shows a network's layers.") { name };
show.SetAction(parsed =>
{
    var wanted = parsed.GetValue(name)!;
    if (Networks.All.FirstOrDefault(n => n.Name.Equals(wanted, StringComparison.OrdinalIgnoreCase)) is not { } network)
    {
        Console.Error.WriteLine($"error: the zoo has no '{wanted}'; it has {string.Join(", ", Networks.All.Select(n => n.Name))}");
        return 1;
    }
    AnsiConsole.Write(Tables.OfNetworks([network]));
    AnsiConsole.Write(Tables.OfLayers(network.Info));
    foreach (var line in Tables.Notes(network)) AnsiConsole.WriteLine(line);
    return 0;
});

var parsed = new RootCommand("Well-known networks, declared with NetGen.") { list, show }.Parse(args);
if (parsed.Errors.Count > 0)
{
    await Console.Error.WriteLineAsync($"error: {parsed.Errors[0].Message} (--help lists the commands)");
    return 1;
}
return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false });
