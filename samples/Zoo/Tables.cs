using System.Globalization;
using Spectre.Console;

namespace NetGen.Samples.Zoo;

/// <summary>What the program prints.</summary>
static class Tables
{
    /// <summary>A row for each network.</summary>
    public static Table OfNetworks(IEnumerable<ZooNetwork> networks)
    {
        var table = Narrow().AddColumns("network", "input", "output");
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
        var table = Narrow().AddColumns("layer", "", "output");
        foreach (var heading in new[] { "parameters", "FLOPs" }) table.AddColumn(new TableColumn(heading).RightAligned());
        foreach (var layer in info.Layers)
        {
            table.AddRow(layer.Name, Markup.Escape(layer.Kind), Shape(layer.OutputShape),
                layer.Parameters == 0 ? "" : Number(layer.Parameters), layer.Flops == 0 ? "" : Number(layer.Flops));
        }
        return table.AddEmptyRow().AddRow("all", "", Shape(info.OutputShape), Number(info.ParameterCount), Number(info.Flops));
    }

    /// <summary>What else is known of a network.</summary>
    public static IEnumerable<string> Notes(ZooNetwork network)
    {
        yield return $"Parameters take {Bytes(network.Info.ParameterFloats * sizeof(float))}.";
        if (network.FlopsPerToken > 0) yield return $"{Number(network.FlopsPerToken)} FLOPs a token.";
        if (network.TrainingArenaBytes > 0) yield return $"A training step takes {Bytes(network.TrainingArenaBytes)} of activations and their gradients for each sample.";
    }

    static Table Narrow() => new Table().Border(TableBorder.Simple);

    static string Shape(IEnumerable<int> axes) => Markup.Escape($"[{string.Join(", ", axes)}]");

    static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    static string Bytes(long value) => value switch
    {
        < 1L << 20 => string.Create(CultureInfo.InvariantCulture, $"{value / 1024.0:0.0} KiB"),
        < 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{value / 1048576.0:0.0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value / 1073741824.0:0.0} GiB"),
    };
}
