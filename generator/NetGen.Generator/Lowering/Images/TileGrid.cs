using NetGen.Generator.Graph;

namespace NetGen.Generator.Lowering.Images;

/// <summary>
/// The results of a convolution's phase as a grid that is cut into blocks, and those into tiles of a few pixels: chunks of a row where rows are long, some
/// whole rows where they are short. Where pixels lie without gaps on both sides and a result needs one of them, the grid is a single column.
/// </summary>
sealed class TileGrid
{
    readonly ConvolutionPhase phase;
    readonly Layout input;
    readonly bool flat;

    public TileGrid(ConvolutionPhase phase, Layout input, IEnumerable<Layout> results, int pixels)
    {
        this.phase = phase;
        this.input = input;
        var (rows, columns) = (phase.Rows, phase.Columns);
        flat = phase.Places == 1 && rows is { First: 0, InputStep: 1, ResultStep: 1 } && columns is { First: 0, InputStep: 1, ResultStep: 1 }
            && results.Append(input).All(l => l.IsContiguous && (l.Height, l.Width) == (rows.Results, columns.Results));
        (Rows, Columns) = flat ? (rows.Results * columns.Results, 1) : (rows.Results, columns.Results);
        if (Columns * 2 > pixels)
        {
            Blocks = Rows;
            BlockRows = 1;
            var chunks = (Columns + pixels - 1) / pixels;
            ChunkColumns = (Columns + chunks - 1) / chunks;
        }
        else
        {
            var most = pixels / Columns;
            Blocks = (Rows + most - 1) / most;
            BlockRows = (Rows + Blocks - 1) / Blocks;
            Blocks = (Rows + BlockRows - 1) / BlockRows;
            ChunkColumns = Columns;
        }
    }

    /// <summary>The image's rows in the blocks.</summary>
    public RowBlocks OfRows => new(Blocks, BlockRows, flat ? phase.Columns.Results : 1);

    public int Rows { get; }

    public int Columns { get; }

    public int Blocks { get; }

    /// <summary>The rows of a block; the last may have fewer.</summary>
    public int BlockRows { get; }

    /// <summary>The rows of the last block.</summary>
    public int LastBlockRows => Rows - (Blocks - 1) * BlockRows;

    /// <summary>The columns of a chunk; the last may have fewer.</summary>
    public int ChunkColumns { get; }

    public int FullChunks => Columns / ChunkColumns;

    public int RestColumns => Columns - FullChunks * ChunkColumns;

    /// <summary>Where the input of the first result is, and how far apart those of the next row and column are.</summary>
    public (int First, int Row, int Column) Input => flat
        ? (input.Origin, input.ChannelPitch, 0)
        : (checked(input.Origin + phase.Rows.First * input.RowPitch + phase.Columns.First * input.ChannelPitch),
            phase.Rows.InputStep * input.RowPitch, phase.Columns.InputStep * input.ChannelPitch);

    /// <summary>The same of a result's operand.</summary>
    public (int First, int Row, int Column) Of(Layout result) => flat
        ? (result.Origin, result.ChannelPitch, 0)
        : (result.At(phase.Rows.ResultFirst, phase.Columns.ResultFirst), phase.Rows.ResultStep * result.RowPitch, phase.Columns.ResultStep * result.ChannelPitch);
}
