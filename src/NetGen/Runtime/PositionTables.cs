namespace NetGen.Runtime;

/// <summary>
/// Numbers for each position of a sequence that depend on nothing else. A table is made once in a process, and a row of it belongs to a position, whatever the
/// sequence's length.
/// </summary>
public static unsafe class PositionTables
{
    static readonly Lock Making = new();

    // Tables that became too short stay, since kernels may be reading them.
    static Table[] s_tables = [];

    /// <summary>Sines and cosines of wavelengths from 2π to 20000π: Vaswani et al. 2017, section 3.5.</summary>
    /// <param name="features">The numbers of a position, at least 1.</param>
    /// <param name="positions">How many positions are needed, at least 1.</param>
    /// <returns>[positions, features]: sin(p / 10000^(2i / features)) at 2i, and its cosine at 2i + 1.</returns>
    public static float* Sinusoids(int features, int positions) => Of(new(IsRotary: false, features, 10000), positions);

    /// <summary>Cosines and sines of the angles by which pairs of a head's numbers are turned: Su et al. 2021, section 3.2.</summary>
    /// <param name="size">The numbers of a head, an even number.</param>
    /// <param name="angleBase">What the angles are powers of, 10000 in the paper.</param>
    /// <param name="positions">How many positions are needed, at least 1.</param>
    /// <returns>[positions, size]: of p · base^(−2i / size) the cosines for each i below size / 2, then the sines.</returns>
    public static float* Rotations(int size, float angleBase, int positions) => Of(new(IsRotary: true, size, angleBase), positions);

    static float* Of(Kind kind, int positions) => Find(kind, positions) is { } arena ? arena.Pointer : Make(kind, positions).Pointer;

    static Arena? Find(Kind kind, int positions)
    {
        foreach (var table in Volatile.Read(ref s_tables))
        {
            if (table.Positions >= positions && table.Kind == kind) return table.Numbers;
        }
        return null;
    }

    static Arena Make(Kind kind, int positions)
    {
        lock (Making)
        {
            if (Find(kind, positions) is { } made) return made;
            var arena = new Arena(checked(positions * kind.Size));
            for (int p = 0; p < positions; p++) Fill(kind, p, arena.Pointer + (nint)p * kind.Size);
            Volatile.Write(ref s_tables, [.. s_tables, new(kind, positions, arena)]);
            return arena;
        }
    }

    static void Fill(Kind kind, int position, float* row)
    {
        var half = (kind.Size + 1) / 2;
        for (int i = 0; i < half; i++)
        {
            var (sine, cosine) = Math.SinCos(position * Math.Pow(kind.Base, -2.0 * i / kind.Size));
            if (kind.IsRotary) (row[i], row[half + i]) = ((float)cosine, (float)sine);
            else
            {
                row[2 * i] = (float)sine;
                if (2 * i + 1 < kind.Size) row[2 * i + 1] = (float)cosine;
            }
        }
    }

    readonly record struct Kind(bool IsRotary, int Size, float Base);

    sealed record Table(Kind Kind, int Positions, Arena Numbers);
}
