using System.Globalization;
using Spectre.Console;

namespace NetGen.Samples.Zoo;

/// <summary>What the program prints.</summary>
static class Tables
{
    /// <summary>A row for each network.</summary>
    public static Table OfNetworks(IEnumerable<ZooNetwork> networks)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("network", "input", "output");
        foreach (var heading in new[] { "layers", "parameters", "GFLOPs", "arena" }) table.AddColumn(new TableColumn(heading).RightAligned());
        foreach (var network in networks)
        {
            var info = network.Info;
            table.AddRow(network.Name, Shape(info.InputShape), Shape(info.OutputShape), Number(info.Layers.Length), Number(info.ParameterCount),
                (info.Flops / 1e9).ToString("0.000", CultureInfo.InvariantCulture), Bytes(network.ArenaBytes));
        }
        return table;
    }

    /// <summary>A row for each layer of a network.</summary>
    public static Table OfLayers(NetworkInfo info)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("layer", "", "output");
        foreach (var heading in new[] { "parameters", "FLOPs" }) table.AddColumn(new TableColumn(heading).RightAligned());
        foreach (var layer in info.Layers)
        {
            table.AddRow(layer.Name, Markup.Escape(layer.Kind), Shape(layer.OutputShape),
                layer.Parameters == 0 ? "" : Number(layer.Parameters), layer.Flops == 0 ? "" : Number(layer.Flops));
        }
        return table.AddEmptyRow().AddRow("all", "", Shape(info.OutputShape), Number(info.ParameterCount), Number(info.Flops));
    }

    static string Shape(IEnumerable<int> axes) => Markup.Escape($"[{string.Join(", ", axes)}]");

    static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    static string Bytes(long value) => value < 1 << 20
        ? string.Create(CultureInfo.InvariantCulture, $"{value / 1024.0:0.0} KiB")
        : string.Create(CultureInfo.InvariantCulture, $"{value / 1048576.0:0.0} MiB");
}
