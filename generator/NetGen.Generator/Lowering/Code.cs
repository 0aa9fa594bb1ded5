using System.Collections.Immutable;
using NetGen.Generator.Graph;

namespace NetGen.Generator.Lowering;

/// <summary>Collects statements.</summary>
sealed class Code
{
    readonly ImmutableArray<Statement>.Builder statements = ImmutableArray.CreateBuilder<Statement>();
    readonly Counter names;

    public Code() : this(new Counter()) { }

    Code(Counter names) => this.names = names;

    public ImmutableArray<Statement> Body => statements.ToImmutable();

    public void Add(Statement statement) => statements.Add(statement);

    public Expr Let(string name, Expr value)
    {
        Add(new Let(name, value));
        return new Local(name);
    }

    /// <summary>Declares pointers to what is needed while the kernel runs.</summary>
    /// <param name="buffers">Their names, and the floats of each for a sample. The first is the pointer to all.</param>
    /// <param name="samples">How many samples there are.</param>
    public void LetScratch(IReadOnlyList<(string Name, int Floats)> buffers, int samples = 1)
    {
        Add(new LetScratch(buffers[0].Name, checked(buffers.Sum(b => b.Floats) * samples)));
        for (var b = 1; b < buffers.Count; b++) Add(new LetPointer(buffers[b].Name, new Address(buffers[b - 1].Name, (long)buffers[b - 1].Floats * samples)));
    }

    public void Walk(string pointer, string length, long step, IEnumerable<(string, long)> others, Action<Code> body) =>
        Add(new Walk(pointer, length, step, [.. others], Nested(body)));

    /// <summary>A loop, unless nothing is in it.</summary>
    public void For(string index, string from, string to, long step, Action<Code> body)
    {
        var nested = Nested(body);
        if (nested.Length > 0) Add(new For(index, from, to, step, nested));
    }

    public void If(string condition, Action<Code> then, Action<Code>? otherwise = null) =>
        Add(new If(condition, Nested(then), otherwise is null ? [] : Nested(otherwise)));

    /// <summary>Statements that are printed on one line.</summary>
    public void Row(Action<Code> statements) => Add(new Row(Nested(statements)));

    public void Block(string? remark, Action<Code> body) => Add(new Block(remark, Nested(body)));

    /// <summary>The expression, with what occurs in it more than once computed once before.</summary>
    public Expr Shared(Expr expression)
    {
        var counts = new Dictionary<Expr, int>();
        var order = new List<Expr>();
        Count(expression);
        var names = new Dictionary<Expr, Expr>();
        foreach (var part in order.Where(e => counts[e] > 1)) names[part] = Let(this.names.Next("t"), Replace(part, names));
        return Replace(expression, names);

        void Count(Expr e)
        {
            if (e is Number or Local or Argument) return;
            counts[e] = counts.TryGetValue(e, out var n) ? n + 1 : 1;
            if (counts[e] > 1) return;
            foreach (var child in e.Children) Count(child);
            order.Add(e);
        }
    }

    /// <summary>The expression with other ones for some of its parts, the largest first.</summary>
    public static Expr Replace(Expr expression, IReadOnlyDictionary<Expr, Expr> names) =>
        names.TryGetValue(expression, out var local) ? local : expression switch
        {
            Binary e => e with { Left = Replace(e.Left, names), Right = Replace(e.Right, names) },
            Graph.Call e => e with { Argument = Replace(e.Argument, names) },
            MultiplyAdd e => new MultiplyAdd(Replace(e.A, names), Replace(e.B, names), Replace(e.C, names)),
            Select e => new Select(e.Comparison, Replace(e.Left, names), Replace(e.Right, names), Replace(e.Then, names), Replace(e.Otherwise, names)),
            Across e => e with { Vector = Replace(e.Vector, names) },
            FirstLanes e => e with { Vector = Replace(e.Vector, names) },
            PairMaxima e => new PairMaxima(Replace(e.Low, names), Replace(e.High, names)),
            Conditional e => e with { Value = Replace(e.Value, names) },
            Chosen e => e with { Value = Replace(e.Value, names) },
            _ => expression,
        };

    ImmutableArray<Statement> Nested(Action<Code> body)
    {
        var code = new Code(names);
        body(code);
        return code.Body;
    }

    sealed class Counter
    {
        int count;

        public string Next(string prefix) => $"{prefix}{count++}";
    }
}
