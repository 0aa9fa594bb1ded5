using NetGen.Generator.Graph;

namespace NetGen.Generator.Lowering;

/// <summary>
/// Sums that stay in registers: some rows of some vectors. A step multiplies a number of each row by the vectors and adds the products, which is what every
/// matrix product here is made of.
/// </summary>
/// <param name="rows">The rows.</param>
/// <param name="vectors">The vectors of a row.</param>
/// <param name="sums">What the names of sums begin with.</param>
sealed class RegisterTile(int rows, int vectors, string sums = RegisterTile.Sums)
{
    const string Sums = "c";

    /// <summary>A sum of a tile whose sums have no name of their own.</summary>
    public static Local Sum(int row, int vector) => new($"{Sums}{row}_{vector}");

    Local Own(int row, int vector) => new($"{sums}{row}_{vector}");

    /// <summary>Declares the sums. They are the same in all rows at first.</summary>
    public void Begin(Code code, Func<int, Expr> first) => Each(code, (row, r, v) => row.Let(Own(r, v).Name, r == 0 ? first(v) : Own(0, v)));

    /// <summary>Declares sums of zero, or of what is in memory where the function's <c>accumulate</c> says so.</summary>
    public void BeginFrom(Code code, Func<int, int, Address> memory) => BeginFrom(code, (r, v) => new Load(memory(r, v)));

    /// <summary>The same where not all lanes are read.</summary>
    public void BeginFrom(Code code, Func<int, int, Expr> memory)
    {
        Begin(code, _ => Expr.Zero);
        code.If("accumulate", then => Each(then, (row, r, v) => row.Add(new Set(Own(r, v).Name, memory(r, v)))));
    }

    /// <summary>Adds each row's number times the vectors.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="vector">The name of vectors.</param>
    /// <param name="load">Each vector.</param>
    /// <param name="number">The name of rows' numbers.</param>
    /// <param name="place">Where a row's number is.</param>
    /// <param name="suffix">Makes names unique where steps follow each other.</param>
    public void Step(Code code, string vector, Func<int, Expr> load, string number, Func<int, Address> place, string suffix = "") =>
        Step(code, vector, load, number, r => new Splat(place(r)), suffix, _ => true);

    /// <summary>The same with factors of rows that may be vectors, for some of the vectors.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="vector">The name of vectors.</param>
    /// <param name="load">Each vector.</param>
    /// <param name="factor">The name of rows' factors.</param>
    /// <param name="of">A row's factor.</param>
    /// <param name="suffix">Makes names unique where steps follow each other.</param>
    /// <param name="takes">Which vectors take part.</param>
    public void Step(Code code, string vector, Func<int, Expr> load, string factor, Func<int, Expr> of, string suffix, Func<int, bool> takes)
    {
        var taken = Enumerable.Range(0, vectors).Where(takes).ToList();
        code.Row(row =>
        {
            foreach (var v in taken) row.Let($"{vector}{v}{suffix}", load(v));
        });
        for (var r = 0; r < rows; r++)
        {
            code.Row(row =>
            {
                var one = row.Let($"{factor}{r}{suffix}", of(r));
                foreach (var v in taken) row.Add(new Set(Own(r, v).Name, Expr.Fma(one, new Local($"{vector}{v}{suffix}"), Own(r, v))));
            });
        }
    }

    public void Store(Code code, Func<int, int, Address> memory) => Each(code, (row, r, v) => row.Add(new Store(memory(r, v), Own(r, v))));

    /// <summary>Writes something for each sum, a row on a line.</summary>
    public void Each(Code code, Action<Code, int, int> action)
    {
        for (var r = 0; r < rows; r++)
        {
            code.Row(row =>
            {
                for (var v = 0; v < vectors; v++) action(row, r, v);
            });
        }
    }
}
