namespace NetGen;

/// <summary>How a tensor is stored in the parameters' arena. Files and users see PyTorch's dense row-major order only.</summary>
/// <remarks>
/// <see cref="Panels"/> is what the matrix kernels stream: a weight [rows, columns] is cut into panels of 32 rows, each stored column by column,
/// <c>[panel][column][row in panel]</c>. The last panel is 16 wide where 1 to 16 rows are left, else 32. What is not an element is padding, and is always zero.
/// <see cref="Convolution"/> is the same for each group of a convolution's weight [rows, channels, height, width], whose columns are in the order
/// <c>[height][width][channel]</c>. <see cref="Depthwise"/> stores a weight [rows, 1, height, width] as <c>[height][width][row]</c>, rows padded to a multiple
/// of 16. <see cref="QueriesKeysValues"/> stores the rows of queries, of keys and of values as three matrices in panels, one after the other.
/// </remarks>
public readonly record struct ParameterLayout
{
    /// <summary>Every tensor begins at a multiple of this many floats: 64 bytes.</summary>
    public const int Alignment = 16;

    /// <summary>Rows in a full panel.</summary>
    public const int PanelWidth = 32;

    readonly Kind _kind;

    // Of a convolution, where 0 stands for 1, so that the default is Dense; else the rows of keys.
    readonly int _groups;

    ParameterLayout(Kind kind, int groups = 0) => (_kind, _groups) = (kind, groups);

    enum Kind { Dense, Panels, Convolution, Depthwise, QueriesKeysValues }

    /// <summary>PyTorch's order, padded at its end to a multiple of 16.</summary>
    public static ParameterLayout Dense => default;

    /// <summary>Panels of 32 rows, for a matrix [rows, columns].</summary>
    public static ParameterLayout Panels => new(Kind.Panels);

    /// <summary>A row of channels for each place of the kernel, for a weight [channels, 1, height, width] or [channels, 1, length].</summary>
    public static ParameterLayout Depthwise => new(Kind.Depthwise);

    /// <summary>Panels of 32 rows, for a convolution's weight [rows, channels, height, width] or [rows, channels, length].</summary>
    /// <param name="groups">The groups of rows, each with panels of its own.</param>
    public static ParameterLayout Convolution(int groups = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        return new(Kind.Convolution, groups);
    }

    /// <summary>
    /// Panels of 32 rows for the rows of queries, for those of keys and for those of values, which are in this order: for the weight [rows, columns] of
    /// attention that looks at another sequence, or its bias [rows].
    /// </summary>
    /// <param name="keyRows">How many rows there are for keys, and as many for values.</param>
    public static ParameterLayout QueriesKeysValues(int keyRows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keyRows, 1);
        return new(Kind.QueriesKeysValues, keyRows);
    }

    /// <summary>How many values a tensor of the shape has.</summary>
    /// <param name="shape">The sizes of its axes; none stands for a single value.</param>
    public static int Count(ReadOnlySpan<int> shape)
    {
        var count = 1;
        foreach (var size in shape)
            count = checked(count * size);
        return count;
    }

    /// <summary>How many floats of an arena a tensor of the shape takes, padding included: a multiple of 16.</summary>
    /// <param name="shape">The sizes of its axes; two of them for panels, three or four for a convolution's weight.</param>
    public int StoredFloats(ReadOnlySpan<int> shape) => _kind == Kind.Dense ? Padded(Count(shape)) : new Matrix(this, shape).StoredFloats;

    /// <summary>Where an element is, counted in floats from the tensor's beginning in the arena.</summary>
    /// <param name="shape">The sizes of its axes.</param>
    /// <param name="dense">The element's position in PyTorch's order.</param>
    public int IndexOf(ReadOnlySpan<int> shape, int dense)
    {
        if (_kind == Kind.Dense)
            return dense;
        var matrix = new Matrix(this, shape);
        var (row, column) = Math.DivRem(dense, matrix.Columns);
        var (start, step) = matrix.Line(row);
        return start + matrix.StoredColumn(column) * step;
    }

    /// <summary>Copies a tensor out of an arena, into PyTorch's order.</summary>
    /// <param name="shape">The sizes of its axes.</param>
    /// <param name="stored">The tensor in the arena, <see cref="StoredFloats"/> long.</param>
    /// <param name="dense">Receives <see cref="Count"/> values.</param>
    public void CopyToDense(ReadOnlySpan<int> shape, ReadOnlySpan<float> stored, Span<float> dense)
    {
        if (_kind == Kind.Dense)
        {
            stored[..dense.Length].CopyTo(dense);
            return;
        }
        var matrix = new Matrix(this, shape);
        for (int row = 0; row < matrix.Rows; row++)
        {
            var (start, step) = matrix.Line(row);
            var line = dense.Slice(row * matrix.Columns, matrix.Columns);
            for (int place = 0; place < matrix.Places; place++)
            {
                for (int channel = 0; channel < matrix.Channels; channel++)
                    line[channel * matrix.Places + place] = stored[start + (place * matrix.Channels + channel) * step];
            }
        }
    }

    /// <summary>Copies a tensor in PyTorch's order into an arena. Padding is left as it is.</summary>
    /// <param name="shape">The sizes of its axes.</param>
    /// <param name="dense"><see cref="Count"/> values.</param>
    /// <param name="stored">The tensor in the arena, <see cref="StoredFloats"/> long.</param>
    public void CopyFromDense(ReadOnlySpan<int> shape, ReadOnlySpan<float> dense, Span<float> stored)
    {
        if (_kind == Kind.Dense)
        {
            dense.CopyTo(stored);
            return;
        }
        var matrix = new Matrix(this, shape);
        for (int row = 0; row < matrix.Rows; row++)
        {
            var (start, step) = matrix.Line(row);
            var line = dense.Slice(row * matrix.Columns, matrix.Columns);
            for (int place = 0; place < matrix.Places; place++)
            {
                for (int channel = 0; channel < matrix.Channels; channel++)
                    stored[start + (place * matrix.Channels + channel) * step] = line[channel * matrix.Places + place];
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString() => _kind is Kind.Convolution or Kind.QueriesKeysValues ? FormattableString.Invariant($"{_kind}({_groups})") : _kind.ToString();

    static int Padded(int count) => checked(count + Alignment - 1) / Alignment * Alignment;

    /// <summary>A tensor as the matrix [rows, channels · places] that is stored.</summary>
    readonly struct Matrix
    {
        readonly Kind _kind;
        readonly int _groups;

        public Matrix(ParameterLayout layout, ReadOnlySpan<int> shape)
        {
            _kind = layout._kind;
            _groups = Math.Max(1, layout._groups);
            var fits = _kind switch
            {
                Kind.Panels => shape.Length == 2,
                Kind.QueriesKeysValues => shape.Length is 1 or 2 && shape[0] > 2 * _groups,
                _ => shape.Length is 3 or 4 && (_kind == Kind.Convolution ? shape[0] % _groups == 0 : shape[1] == 1),
            };
            if (!fits)
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"The layout {layout} doesn't store a tensor of shape [{string.Join(", ", shape.ToArray())}]."), nameof(shape));
            }
            Rows = shape[0];
            Channels = shape.Length == 1 ? 1 : shape[1];
            Places = shape.Length <= 2 ? 1 : Count(shape[2..]);
        }

        public int Rows { get; }

        public int Channels { get; }

        /// <summary>The places of a convolution's kernel.</summary>
        public int Places { get; }

        public int Columns => checked(Channels * Places);

        public int StoredFloats => _kind switch
        {
            Kind.Depthwise => checked(Padded(Rows) * Places),
            Kind.QueriesKeysValues => checked((Padded(QueryRows) + 2 * Padded(_groups)) * Columns),
            _ => checked(_groups * GroupFloats),
        };

        int QueryRows => Rows - 2 * _groups;

        int GroupRows => Rows / _groups;

        int GroupFloats => checked(Padded(GroupRows) * Columns);

        public int StoredColumn(int dense) => dense % Places * Channels + dense / Places;

        /// <summary>Where a row starts, and how far its columns are apart.</summary>
        public (int Start, int Step) Line(int row)
        {
            if (_kind == Kind.Depthwise) return (row, Padded(Rows));
            if (_kind == Kind.QueriesKeysValues)
            {
                if (row < QueryRows) return LineOf(row, QueryRows, 0);
                var (part, inPart) = Math.DivRem(row - QueryRows, _groups);
                return LineOf(inPart, _groups, (Padded(QueryRows) + part * Padded(_groups)) * Columns);
            }
            var (group, inGroup) = Math.DivRem(row, GroupRows);
            return LineOf(inGroup, GroupRows, group * GroupFloats);
        }

        /// <summary>The same of a row of some that are in panels from a place on.</summary>
        (int Start, int Step) LineOf(int row, int rows, int from)
        {
            var first = row / PanelWidth * PanelWidth;
            var width = rows - first <= PanelWidth / 2 ? PanelWidth / 2 : PanelWidth;
            return (from + first * Columns + row - first, width);
        }
    }
}
