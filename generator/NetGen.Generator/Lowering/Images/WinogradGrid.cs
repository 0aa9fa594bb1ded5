namespace NetGen.Generator.Lowering.Images;

/// <summary>
/// How the tiles of images are grouped for Winograd's convolution, so that matrix products have enough rows: some rows of tiles of one image, or several
/// images.
/// </summary>
sealed record WinogradGrid
{
    /// <param name="results">The results of a tile along an axis.</param>
    /// <param name="height">The rows of the convolution's result.</param>
    /// <param name="width">Its columns.</param>
    /// <param name="least">How many tiles there should be at least.</param>
    /// <param name="severalSamples">Whether tiles of several images may be in a group.</param>
    public WinogradGrid(int results, int height, int width, int least, bool severalSamples)
    {
        Rows = (height + results - 1) / results;
        Columns = (width + results - 1) / results;
        LastRowResults = height - (Rows - 1) * results;
        LastColumnResults = width - (Columns - 1) * results;
        var rows = Math.Min(Rows, (least + Columns - 1) / Columns);
        Groups = (Rows + rows - 1) / rows;
        GroupRows = (Rows + Groups - 1) / Groups;
        Groups = (Rows + GroupRows - 1) / GroupRows;
        Samples = severalSamples ? Math.Max(1, least / (Rows * Columns)) : 1;
    }

    /// <summary>The rows of tiles of an image.</summary>
    public int Rows { get; }

    /// <summary>The tiles of a row.</summary>
    public int Columns { get; }

    public int TilesPerSample => Rows * Columns;

    /// <summary>The rows of results in the last row of tiles.</summary>
    public int LastRowResults { get; }

    /// <summary>The columns of results in the last column of tiles.</summary>
    public int LastColumnResults { get; }

    /// <summary>The groups of an image.</summary>
    public int Groups { get; }

    /// <summary>The rows of tiles in a group; the last may have fewer.</summary>
    public int GroupRows { get; }

    public int LastGroupRows => Rows - (Groups - 1) * GroupRows;

    /// <summary>The images of a group; the last one may have fewer.</summary>
    public int Samples { get; }

    /// <summary>The most tiles of a group, rounded up to what a matrix product takes.</summary>
    public int MostTiles => Samples > 1 ? RoundUp(Samples * TilesPerSample) : GroupRows * Columns;

    /// <summary>Numbers of tiles that aren't known before are rounded up to a multiple of the lowest tile of a product.</summary>
    public const int Multiple = UnrollPolicy.LeastTile;

    static int RoundUp(int tiles) => (tiles + Multiple - 1) / Multiple * Multiple;
}
