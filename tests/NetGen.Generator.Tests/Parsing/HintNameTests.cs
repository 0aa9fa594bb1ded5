using NetGen.Generator.Parsing;

namespace NetGen.Generator.Tests.Parsing;

/// <summary>Files' names: Roslyn refuses some characters, and two that differ in case only.</summary>
public sealed class HintNameTests
{
    [Fact]
    public void Names_AreKept_WhereNothingCollides() =>
        Assert.Equal("A.Mlp.g.cs", Resolve(Type("A", "Mlp"), [Type("A", "Mlp"), Type("B", "Mlp")], "A.Mlp.g.cs"));

    [Fact]
    public void Names_ThatDifferInCase_AreTold()
    {
        TypeModel[] all = [Type("A", "Mlp"), Type("A", "MLP")];
        Assert.Equal("2.A.Mlp.g.cs", Resolve(all[0], all, "A.Mlp.g.cs"));
        Assert.Equal("1.A.MLP.g.cs", Resolve(all[1], all, "A.MLP.g.cs"));
    }

    [Fact]
    public void Names_ThatDifferInArityOrNesting_AreTold()
    {
        TypeModel[] all = [Type("A", "Mlp", new ContainerModel("", "B", 0)), Type("A", "Mlp", new ContainerModel("", "B", 1)), Type("A.B", "Mlp")];
        Assert.Equal(3, all.Select(type => Resolve(type, all, "A.B.Mlp.g.cs")).Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public void Names_HaveNoCharactersThatRoslynRefuses() =>
        Assert.Equal("A.event.Box_T_.Ünï.g.cs", Resolve(Type("A", "Ünï"), [], "A.@event.Box<T>.Ünï.g.cs"));

    static TypeModel Type(string space, string name, params ContainerModel[] containers) => new(space, name, "public", "partial class", [.. containers]);

    static string Resolve(TypeModel type, TypeModel[] all, string file) =>
        HintNames.Resolve(new(new(type, []), [], [new(file, "")]), HintNames.Collisions([.. all.Select(HintNames.Key)]))[0].HintName;
}
