using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Structure;

/// <summary>What is wrong in a block is marked there and names its use; what is wrong with a block alone needs no use.</summary>
public sealed class BlockDiagnosticsTests
{
    [Fact]
    public void ErrorInABlock_IsThere_AndNamesTheUse() => Expect.Diagnostic("""
        [Network, Input(4), Residual(typeof(Outer), Name = "r"), Linear(3)] public partial class Net;
        [Block, Tanh, Repeat(typeof(Inner), 2, Arguments = [3])] class Outer;
        [Block, Linear(Arg.A), {|NG0020:LayerNorm(4)|}] class Inner;
        """,
        "'LayerNorm(4)' in 'Inner', used by 'Repeat(typeof(Inner), 2)' in 'Outer', used by 'r: Residual(typeof(Outer))' of 'Net' " +
        "doesn't fit an input of shape [3]: the normalized shape must be the sizes of the input's last axes; leave it out for the last one");

    [Fact]
    public void PartName_IsAWord() => Expect.Diagnostic("""
        [Network, Input(4), {|NG0018:Repeat(typeof(B), 2, PartName = "a.b")|}] public partial class Net;
        [Block, Linear(4)] class B;
        """,
        "'Repeat(typeof(B), 2)' sets PartName to \"a.b\": it must be letters, digits and underscores");

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public void ErrorInABlock_OfAnotherFile_IsThere(bool isBuild, bool runAnalyzers)
    {
        var block = Markup.Parse("[NetGen.Block, {|NG0007:NetGen.Linear(3)|}] class B;");
        var consumer = Consumer.Of("[Network, Input(1, 4, 4), Use(typeof(B))] public partial class Net;").With("Block.cs", block.Text) with
        {
            IsBuild = isBuild,
            RunAnalyzers = runAnalyzers,
        };
        Expect.AssertExact(consumer.Build(), "Block.cs", block);
        consumer.With("Block.cs", $"#pragma warning disable NG0007\n{block.Text}").Build().AssertNetGenIsSilent();
    }

    [Fact]
    public void ErrorInABlock_IsOnceForEachNetwork_ThatItDoesNotFit()
    {
        var diagnostics = Expect.Diagnostics("""
            [Network, Input(1, 4, 4), Use(typeof(B))] public partial class First;
            [Network, Input(4), Use(typeof(B))] public partial class Second;
            [Network, Input(2, 4, 1), Use(typeof(B))] public partial class Third;
            [Block, {|NG0007:{|NG0007:Linear(3)|}|}] class B;
            """);
        Assert.Equal(["First", "Third"], diagnostics.Select(d => d.GetMessage(null).Split(" of '")[1].Split('\'')[0]).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Input(4), Linear(3), {|NG0030:Concat(\"b\")|}, Linear(2, Name = \"b\")",
        "'Concat(\"b\")' refers to \"b\", but no earlier layer of 'Net' is called that: give it a Name")]
    [InlineData("Input(4), Linear(4, Name = \"b\"), ReLU(Name = \"c\"), {|NG0030:Add(\"a\")|}",
        "'Add(\"a\")' refers to \"a\", but no earlier layer of 'Net' is called that: the names before it are \"b\", \"c\"")]
    [InlineData("Input(4), {|NG0030:Add(null!)|}", "'Add(null)' refers to \"\", but no earlier layer of 'Net' is called that: give it a Name")]
    [InlineData("Input(4), Tanh, {|NG0030:Add(\"0\")|}", "'Add(\"0\")' refers to \"0\", but no earlier layer of 'Net' is called that: give it a Name")]
    [InlineData("Input(4), Tanh, {|NG0030:Add(\"a\", Name = \"a\")|}",
        "'a: Add(\"a\")' refers to \"a\", but no earlier layer of 'Net' is called that: give it a Name")]
    [InlineData("Input(4), Use(typeof(Tanhs)), {|NG0030:Add(\"t\")|}",
        "'Add(\"t\")' refers to \"t\", but no earlier layer of 'Net' is called that: give it a Name")]
    public void Tap_MustBeThere(string elements, string message) =>
        Expect.Diagnostic($"[Network, {elements}] public partial class Net; [Block, Tanh(Name = \"t\")] class Tanhs;", message);

    [Theory]
    [InlineData("Input(4), Identity(Name = \"x\"), Linear(3), {|NG0031:Add(\"x\")|}",
        "'Add(\"x\")' can't join values of shapes [4] and [3]: a sum needs equal shapes")]
    [InlineData("Input(4), Identity(Name = \"x\"), Reshape(2, 2), {|NG0031:Concat(\"x\")|}",
        "'Concat(\"x\")' can't join values of shapes [4] and [2, 2]: one after the other along the first axis, all other sizes must be equal")]
    [InlineData("Input(2, 3), Identity(Name = \"x\"), Reshape(3, 2), {|NG0031:Concat(\"x\")|}",
        "'Concat(\"x\")' can't join values of shapes [2, 3] and [3, 2]: one after the other along the first axis, all other sizes must be equal")]
    [InlineData("Input(4), {|NG0031:Residual(typeof(To3))|}", "'Residual(typeof(To3))' can't join values of shapes [3] and [4]: " +
        "the block gives the first where it gets the second; let it keep the shape, or set Projection to a block that makes the first of the second")]
    [InlineData("Input(4), {|NG0031:Residual(typeof(To3), Projection = typeof(To2))|}", "'Residual(typeof(To3))' can't join values of shapes [3] and [2]: " +
        "the block gives the first and the projection the second, which have to be equal")]
    [InlineData("Input(4), {|NG0031:Parallel(typeof(To3), typeof(To2), Join = Join.Sum)|}",
        "'Parallel(typeof(To3), typeof(To2))' can't join values of shapes [3] and [2]: a sum needs equal shapes")]
    [InlineData("Input(3, 2), {|NG0031:Gate(typeof(Flat))|}", "'Gate(typeof(Flat))' can't join values of shapes [3, 2] and [6]: " +
        "the block has to give a weight for each value, or 3, one for each element of the first axis")]
    [InlineData("Input(4, 1, 1), {|NG0031:Gate(typeof(To22))|}", "'Gate(typeof(To22))' can't join values of shapes [4, 1, 1] and [2, 2]: " +
        "the block has to give a weight for each value, or 4, one for each element of the first axis")]
    [InlineData("Input(4), {|NG0005:Repeat(typeof(To3), 0)|}", "'Repeat(typeof(To3), 0)' sets count to 0: a size must be at least 1")]
    [InlineData("Input(4), {|NG0005:Parallel()|}", "'Parallel()' sets the number of blocks to 0: a size must be at least 1")]
    [InlineData("Input(4), {|NG0018:Parallel(typeof(To3), Join = (Join)7)|}", "'Parallel(typeof(To3))' sets Join to 7: it must be one of Concat, Sum")]
    [InlineData("Input(4), {|NG0017:Use(typeof(To3), Name = \"a.b\")|}",
        "'a.b: Use(typeof(To3))' can't be named \"a.b\", because it contains a dot: use letters, digits and underscores")]
    [InlineData("Input(4), {|NG0006:Repeat(typeof(Nothing), int.MaxValue)|}", "'Repeat(typeof(Nothing), 2147483647)' is too large: " +
        "with it the network has more than 10000 layers, and the limit is 10000; choose smaller sizes")]
    [InlineData("Input(4), ReLU, {|NG0006:Repeat(typeof(Many), 2000)|}", "'Repeat(typeof(Many), 2000)' is too large: " +
        "with it the network has more than 10000 layers, and the limit is 10000; choose smaller sizes")]
    public void Structure_MustFit(string elements, string message) => Expect.Diagnostic($$"""
        [Network, {{elements}}] public partial class Net;
        [Block, Linear(3)] class To3;
        [Block, Linear(2)] class To2;
        [Block, Flatten] class Flat;
        [Block, Reshape(2, 2)] class To22;
        [Block] class Nothing;
        [Block, Repeat(typeof(Nothing), 2000)] class Many;
        """, message);

    [Fact]
    public void Blocks_AreCheckedWithoutAUse() => Expect.Diagnostics("""
        [Block, {|NG0034:Input(4)|}, Linear(3), {|NG0034:Loss(Loss.MSE)|}] class Ends;
        [Block, Linear(3, Name = "a"), {|NG0010:ReLU(Name = "a")|}] class Names;
        [Block, Linear(3), {|NG0030:Concat("a")|}] class Taps;
        [Block, Linear(3)] partial class Parts; [{|NG0003:ReLU|}] partial class Parts;
        [Block, {|NG0032:Use(typeof(string))|}, {|NG0032:Use(typeof(int[]))|}, {|NG0032:Use(null!)|}]
        [{|NG0032:Parallel(typeof(Names), typeof(object))|}] class Types;
        [Block, {|NG0025:Own|}] class Others;
        class OwnAttribute : LayerAttribute;
        """);

    /// <summary>What is wrong with a block is said of the block, and not once more of each network that uses it.</summary>
    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public void FaultyBlocks_AreMarkedOnce(bool isBuild, bool runAnalyzers) => Expect.Diagnostic("""
        [Network, Input(4), Use(typeof(Ends))] public partial class First;
        [Network, Input(4), Use(typeof(Outer))] public partial class Second;
        [Block, Use(typeof(Ends))] class Outer;
        [Block, Linear(3), {|NG0034:Loss(Loss.MSE)|}] class Ends;
        """,
        "'Loss(MSE)' can't be on the block 'Ends', whose input is what comes before where it is used: inputs and losses are a network's, so remove this one",
        consumer => consumer with { IsBuild = isBuild, RunAnalyzers = runAnalyzers });

    [Fact]
    public void Recursion_IsMarkedOnEachBlockOfTheCircle()
    {
        var diagnostics = Expect.Diagnostics("""
            [Network, Input(4), Use(typeof(A)), Use(typeof(Outside))] public partial class Net;
            [Block, ReLU, {|NG0033:Residual(typeof(B))|}, Use(typeof(Fine))] class A;
            [Block, Parallel(typeof(Fine), typeof(Fine)), {|NG0033:Parallel(typeof(Fine), typeof(C))|}] class B;
            [Block, {|NG0033:Repeat(typeof(A), 2)|}, {|NG0033:Use(typeof(C))|}] class C;
            [Block, Use(typeof(A))] class Outside;
            [Block, Tanh] class Fine;
            """);
        Assert.Equal("'Residual(typeof(B))' makes the block 'A' contain itself, without an end: it uses 'B', which uses 'C', which uses 'A'",
            diagnostics[0].GetMessage(null));
        Assert.Equal("'Use(typeof(C))' makes the block 'C' contain itself, without an end: it uses 'C'", diagnostics[3].GetMessage(null));
    }

    [Fact]
    public void NetworksAsBlocks_AreRejected() => Expect.Diagnostic("""
        [Network, Input(4), Linear(3)] public partial class Inner;
        [Network, Input(4), {|NG0032:Use(typeof(Inner))|}] public partial class Outer;
        """,
        "'Use(typeof(Inner))' needs a block, but 'Inner' isn't one that can be used: it is a network, with an input of its own; move its layers to a block");

    [Fact]
    public void NetworksThatAreBlocks_AreRejected() => Expect.Diagnostic(
        "[Block, Network, Input(4), Linear(3)] public partial class {|NG0015:Both|};",
        "'Both' can't be a network, because it is a block too: declare one of the two, and use the block in the network");

    [Theory]
    [InlineData("Input(4), {|NG0035:Linear(2 * Arg.A)|}", "'Linear(2 * Arg.A)' refers to Arg.A, which a network isn't given: only a block is, by what uses it")]
    [InlineData("{|NG0035:Input(Arg.Input)|}, Linear(3)",
        "'Input(Arg.Input)' refers to Arg.Input, which a network isn't given: only a block is, by what uses it")]
    [InlineData("Input(4), {|NG0035:Use(typeof(Two), Arguments = [Arg.A, 2])|}",
        "'Use(typeof(Two))' refers to Arg.A, which a network isn't given: only a block is, by what uses it")]
    [InlineData("Input(4), {|NG0035:Use(typeof(Two), Arguments = [1])|}",
        "'Use(typeof(Two))' gives 'Two' 1 argument, but its layer 'Linear(3 * Arg.B)' refers to Arg.B: set Arguments = […]")]
    [InlineData("Input(4), {|NG0035:Repeat(typeof(Two), 2, FirstArguments = [1, 2])|}",
        "'Repeat(typeof(Two), 2)' gives 'Two' 0 arguments, but its layer 'Linear(Arg.A)' refers to Arg.A: set Arguments = […]")]
    public void OpenSizes_MustBeGiven(string elements, string message) =>
        Expect.Diagnostic($"[Network, {elements}] public partial class Net; [Block, Linear(Arg.A), Linear(3 * Arg.B)] class Two;", message);

    [Fact]
    public void OpenSizes_MustBeGivenByBlocksToo() => Expect.Diagnostic("""
        [Network, Input(4), Use(typeof(Outer), Arguments = [1])] public partial class Net;
        [Block, {|NG0035:Use(typeof(Two), Arguments = [Arg.A])|}] class Outer;
        [Block, Linear(Arg.A), Linear(Arg.B)] class Two;
        """,
        "'Use(typeof(Two))' in 'Outer', used by 'Use(typeof(Outer))' of 'Net' gives 'Two' 1 argument, " +
        "but its layer 'Linear(Arg.B)' refers to Arg.B: set Arguments = […]");

    [Theory]
    [InlineData("[Network, Input(4), Use(typeof(Missing))] public partial class Net;")]
    [InlineData("[Network, Input(4), Use(typeof(B))] public partial class Net; [Block, Misspelt(3)] class B;")]
    [InlineData("[Network, Input(4), Use(typeof(B))] public partial class Net; [Block, Linear(\"3\")] class B;")]
    [InlineData("[Network, Input(4), Use] public partial class Net;")]
    public void WhatCSharpRejects_IsItsOwnToTell(string source) => Expect.Diagnostics(source);
}

static class SilentBuilds
{
    /// <summary>Fails where NetGen says anything.</summary>
    public static void AssertNetGenIsSilent(this Build build)
    {
        if (build.NetGenDiagnostics.Length > 0) Assert.Fail(Build.Describe(build.NetGenDiagnostics));
    }
}
