using Microsoft.CodeAnalysis;
using NetGen.Generator.Parsing;
using NetGen.Generator.Tests.Harness;
using NetGen.Generator.Tests.Parsing;

namespace NetGen.Generator.Tests.Structure;

/// <summary>What uses of blocks are read as.</summary>
public sealed class BlockModelTests
{
    /// <summary><c>Arg.Input</c>, <c>Arg.A</c> and so on, which both the runtime and the generator have.</summary>
    const int Input = -1_000_003, A = -1_000_033, B = -1_000_037, C = -1_000_039, D = -1_000_081, H = -1_000_133;

    const string Library = """
        using NetGen;
        namespace Library
        {
            [Block, Linear(Arg.A, Name = "first"), ReLU, Use(typeof(Second)), Linear(features: Arg.Input)] public class First;
            [Block, Tanh] [LayerNorm, Sigmoid] public static class Second;
        }
        """;

    [Fact]
    public void Blocks_AreReadOnce_InTheOrderOfTheirUses()
    {
        var model = Models.Single("""
            [Network, Input(4), Residual(typeof(B), Projection = typeof(A)), Parallel(typeof(A), typeof(N.B))]
            [Repeat(typeof(B), 2, Arguments = [3, 4], Name = "r")]
            public partial class Net;
            [Block, Linear(2 * Arg.B)] class A;
            [Block, ReLU, Use(typeof(A))] abstract partial class B { class Inner; }
            static class N { [Block] internal class B; }
            """);
        Assert.Equal(
        [
            new("B", [new("ReLU", [], []), new("Use", [Blocks((1, "A"))], [])]),
            new("A", [new("Linear", [new(2 * B)], [])]),
            new("B", []),
        ], model.Blocks);
        Assert.Equal(
        [
            new("Input", [new(null, [4])], []),
            new("Residual", [Blocks((0, "B"))], [new("Projection", Blocks((1, "A")))]),
            new("Parallel", [Blocks((1, "A"), (2, "B"))], []),
            new("Repeat", [Blocks((0, "B")), new(2)], [new("Arguments", new(null, [3, 4])), new("Name", new("r"))]),
        ], model.Elements);
    }

    [Fact]
    public void Uses_AreShownAsTheyWereWritten() => Assert.Equal(
        ["Input(4)", "Residual(typeof(B))", "r: Repeat(typeof(B), 2)", "Parallel(typeof(B), typeof(C))", "Use(typeof(C))"],
        Models.Single("""
            [Network, Input(4), Residual(typeof(B), Projection = null), Repeat(typeof(B), 2, Name = "r"), Parallel(typeof(B), typeof(C<int>)), Use(typeof(C<>))]
            public partial class Net;
            [Block, ReLU] class B;
            [Block] record C<T>;
            """).Elements.Select(element => element.Display()));

    [Theory]
    [InlineData(A, "Arg.A")]
    [InlineData(4 * H, "4 * Arg.H")]
    [InlineData(2000 * Input, "2000 * Arg.Input")]
    [InlineData(-1, "-1")]
    [InlineData(A - 1, "-1000034")]
    [InlineData(int.MinValue, "-2147483648")]
    [InlineData(-A, "1000033")]
    public void OpenSizes_AreShownAsTheyWereWritten(int size, string shown) =>
        Assert.Equal($"Linear({shown})", new ElementModel("Linear", [new(size)], []).Display());

    [Fact]
    public void OpenSizes_AreGivenByTheUse()
    {
        var arguments = new BlockArguments(input: 5, [7, 11, int.MaxValue]);
        Assert.Equal(new("Linear", [new(7)], [new("Bias", new(true))]), arguments.Apply(new("Linear", [new(A)], [new("Bias", new(true))])));
        Assert.Equal(new("Reshape", [new(null, [22, -1, 15])], []), arguments.Apply(new("Reshape", [new(null, [2 * B, -1, 3 * Input])], [])));
        Assert.Equal(new("Linear", [new(int.MaxValue)], []), arguments.Apply(new("Linear", [new(2 * C)], [])));
        Assert.Null(arguments.Missing(new("Linear", [new(C)], [])));
        Assert.Equal("Arg.D", arguments.Missing(new("Linear", [new(3 * D)], [])));
    }

    /// <summary>A reference to a compiled assembly, or as an editor has it to a project.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Blocks_OfOtherAssemblies_AreReadInOrder(bool asProject)
    {
        var consumer = Consumer.Of("[Network, Input(4), Use(typeof(Library.First), Arguments = [6])] public partial class Net;") with
        {
            MoreReferences = [Reference(Library, asProject)],
        };
        Assert.Equal(["first: Linear(Arg.A)", "ReLU", "Use(typeof(Second))", "Linear(Arg.Input)", "Tanh", "LayerNorm()", "Sigmoid"],
            Assert.Single(Models.All(consumer)).Blocks.SelectMany(block => block.Elements).Select(element => element.Display()));
        consumer.Build().AssertClean();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Errors_InBlocksOfOtherAssemblies_AreAtTheUse(bool asProject)
    {
        Expect.Diagnostic("[Network, Input(1, 4, 4), Tanh, {|NG0007:Use(typeof(Library.First), Arguments = [6])|}] public partial class Net;",
            "'first: Linear(6)' in 'First', used by 'Use(typeof(First))' of 'Net' needs a vector, but its input has shape [1, 4, 4]: put [Flatten] before it",
            consumer => consumer with { MoreReferences = [Reference(Library, asProject)] });
        // The use is in a block of this project.
        Expect.Diagnostic("""
            [Network, Input(1, 4, 4), Tanh, Use(typeof(Mine))] public partial class Net;
            [Block, {|NG0007:Use(typeof(Library.First), Arguments = [6])|}] class Mine;
            """,
            "'first: Linear(6)' in 'First', used by 'Use(typeof(First))' in 'Mine', used by 'Use(typeof(Mine))' of 'Net' needs a vector, " +
            "but its input has shape [1, 4, 4]: put [Flatten] before it",
            consumer => consumer with { MoreReferences = [Reference(Library, asProject)] });
    }

    [Theory]
    [InlineData("[Block, Input(4)] public class First;")]
    [InlineData("[Block, Use(typeof(First))] public class First;")]
    [InlineData("[Block, Use(typeof(Second))] public class First; [Block, ReLU, Use(typeof(First))] public class Second;")]
    [InlineData("[Block, Use(typeof(Second))] public class First; [Block, Concat(\"a\")] public class Second;")]
    [InlineData("[Block, Use(typeof(string))] public class First;")]
    public void FaultyBlocks_OfOtherAssemblies_CannotBeUsed(string source) => Expect.Diagnostic(
        "[Network, Input(4), {|NG0032:Use(typeof(Library.First))|}] public partial class Net;",
        "'Use(typeof(Library.First))' needs a block, but 'First' isn't one that can be used: its declaration in 'Library' has errors",
        consumer => consumer with { MoreReferences = [Reference($"using NetGen; namespace Library {{ {source} }}", asProject: false)] });

    static MetadataReference Reference(string source, bool asProject)
    {
        var compilation = new Consumer().With("Library.cs", source).CreateCompilation().WithAssemblyName("Library");
        if (asProject) return compilation.ToMetadataReference();
        using var assembly = new MemoryStream();
        Assert.True(compilation.Emit(assembly, cancellationToken: TestContext.Current.CancellationToken).Success);
        return MetadataReference.CreateFromImage(assembly.ToArray());
    }

    static ArgumentValue Blocks(params (int Index, string Name)[] blocks) =>
        new(null, null, [.. blocks.Select(block => new BlockReference(block.Index, block.Name))]);
}
