using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Images;

/// <summary>The rows of an image between two ops that a thread keeps, and which of its pointers they are at.</summary>
/// <param name="Number">Which of the images.</param>
/// <param name="Pointer">Where the image's first row would be, if the buffer had that.</param>
/// <param name="Layout">How the image would lie.</param>
/// <param name="Most">The rows that there is room for, unless the image has less.</param>
sealed record RowWindow(string Number, string Pointer, Layout Layout, int Most)
{
    int Rows => Math.Min(Most, Layout.Border.Top + Layout.Height + Layout.Border.Bottom);

    /// <summary>The floats of the buffer. Vectors may be read past the last row.</summary>
    public int Floats => Panels.Padded(checked(Rows * Layout.RowPitch)) + Panels.Alignment;

    /// <summary>What the buffer is called.</summary>
    public string Buffer => $"rows_{Number}";

    /// <summary>Writes what makes the window one of no rows yet, whose first will be the one that is needed first.</summary>
    public void Begin(Code code, string needed)
    {
        var border = Layout.Border;
        if (!border.IsNone)
        {
            code.Add(new InvokeRuntime("Images.ZeroBorder", [new Address(Buffer),
                .. new[] { Rows - border.Top, Layout.Width, Layout.ChannelPitch, border.Top, border.Left, 0, border.Right }.Select(size => (object)LayerBuilder.Text(size))]));
        }
        code.Add(new LetPointer(Pointer, new Address($"{Buffer} - {(needed.Contains(" ") ? $"({needed})" : needed)} * (nint){LayerBuilder.Text(Layout.RowPitch)}")));
    }

    /// <summary>Writes what makes room for further rows, and zeros below the last one.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="needed">The first row that is still needed, border included.</param>
    /// <param name="computed">How many rows have been computed, without the border.</param>
    /// <param name="end">How many will be.</param>
    public void Move(Code code, string needed, string computed, string end)
    {
        var (top, bottom, pitch) = (Layout.Border.Top, Layout.Border.Bottom, LayerBuilder.Text(Layout.RowPitch));
        code.Add(new Integer($"{Pointer} = Images.MoveRows({Pointer}, {Buffer}, {LayerBuilder.Text(Rows)}, {pitch}, needed: {needed}, computed: {More(computed)}, end: {More(end)})"));
        if (bottom == 0) return;
        code.If($"{end} == {LayerBuilder.Text(Layout.Height)}", then => then.Add(new InvokeRuntime("Images.Clear",
            [new Address(Pointer, (long)(top + Layout.Height) * Layout.RowPitch), LayerBuilder.Text(bottom * Layout.RowPitch)])));

        string More(string rows) => top + bottom == 0 ? rows : $"{rows} + {LayerBuilder.Text(top + bottom)}";
    }
}
