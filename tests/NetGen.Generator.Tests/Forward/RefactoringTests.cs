using System.Globalization;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NetGen.CodeFixes;
using NetGen.Generator.Tests.Diagnostics;
using NetGen.Generator.Tests.Harness;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Forward;

/// <summary>A stack of attributes as fields and a Forward, as an editor offers it.</summary>
public sealed class RefactoringTests
{
    [Fact]
    public void Stack_BecomesFieldsAndAForward()
    {
        var rewritten = Apply("""
            using NetGen;

            namespace Samples;

            /// <summary>A classifier.</summary>
            [Network, Input(1, 28, 28)]
            [Flatten, Linear(128, WeightInit = Init.HeNormal), ReLU, Dropout(0.25f)]
            [Linear(10, Name = "head")]
            [Loss(Loss.CrossEntropy)]
            public partial class Mlp;
            """, "Mlp");
        Assert.Equal("""
            using NetGen;
            using static NetGen.Functions;

            namespace Samples;

            /// <summary>A classifier.</summary>
            [Network]
            [Loss(Loss.CrossEntropy)]
            public partial class Mlp
            {
                [Linear(128, WeightInit = Init.HeNormal, Name = "1")] readonly Layer linear1;
                [Linear(10)] readonly Layer head;

                Tensor Forward([Shape(1, 28, 28)] Tensor x)
                {
                    x = Flatten(x);
                    x = linear1(x);
                    x = ReLU(x);
                    x = Dropout(x, 0.25f);
                    x = head(x);
                    return x;
                }
            }
            """.ReplaceLineEndings("\n").Trim(), rewritten.ReplaceLineEndings("\n").Trim());
    }

    [Fact]
    public void Comments_MoveWithTheirLayers()
    {
        var rewritten = Apply("""
            using NetGen;
            using static NetGen.Functions;

            /// <summary>A classifier.</summary>
            // It is small.
            [Network, /* grey */ Input(1, /* high */ 8, 8)] // an image
            // The body.
            [Flatten, Linear(16 /* wide */, Bias = /* none */ false), // hidden
                // not linear
                ReLU,
                Identity(Name = "body")] // the end of it
            /* The
               head. */
            [Linear(16, Name = "same"), Add("body"), Linear(10)] // ten digits
            // What it learns by.
            [Loss(Loss.CrossEntropy)] // of the digits
            public partial class Mlp; // the end
            """, "Mlp");
        const string After = """
            using NetGen;
            using static NetGen.Functions;

            /// <summary>A classifier.</summary>
            // It is small.
            [Network] // an image
            // What it learns by.
            [Loss(Loss.CrossEntropy)] // of the digits
            public partial class Mlp
            {
                [Linear(16, Bias = /* none */ false, Name = "1")] readonly Layer linear1;
                [Linear(16)] readonly Layer same;
                [Linear(10, Name = "6")] readonly Layer linear6;

                Tensor Forward([Shape(1, 8, 8)] Tensor x)
                {
                    /* grey */
                    /* high */
                    // The body.
                    x = Flatten(x);
                    x = linear1(x); /* wide */ // hidden
                    // not linear
                    x = ReLU(x);
                    var bodyOutput = x; // the end of it
                    /* The
               head. */
                    x = same(x);
                    x = bodyOutput + x;
                    x = linear6(x); // ten digits
                    return x;
                }
            } // the end
            """;
        Assert.Equal(After.ReplaceLineEndings("\n").Trim(), rewritten.ReplaceLineEndings("\n").Trim());
        (new Consumer().With("Source.cs", rewritten) with { CompilesKernels = false }).Build().AssertClean();
    }

    [Fact]
    public void CommentsOfABlock_MoveToo()
    {
        var rewritten = Apply("""
            using NetGen;

            /// <summary>A block.</summary>
            [Linear(4), // four
             /* same */ Identity] // nothing
            // What it is.
            [Block]
            class Body;
            """, "Body");
        Assert.Equal("""
            using NetGen;

            /// <summary>A block.</summary>
            // What it is.
            [Block]
            class Body
            {
                [Linear(4, Name = "0")] readonly Layer linear0;

                Tensor Forward(Tensor x)
                {
                    x = linear0(x); // four
                    /* same */
                    // nothing
                    return x;
                }
            }
            """.ReplaceLineEndings("\n").Trim(), rewritten.ReplaceLineEndings("\n").Trim());
    }

    const string Text = "[Network, Sequence(Max = 12), Embedding(10, 8), PositionalEmbedding, ";

    [Theory]
    [InlineData("[Network, Input(9), Embedding(10, 8, Name = \"wte\"), TransformerDecoderLayer(2, 16), LayerNorm, TiedLinear(\"wte\"), Loss(Loss.CrossEntropy)] public partial class Net;", "Net")]
    [InlineData("[Network, Sequence(Max = 16), Embedding(6, 16, Name = \"class\"), PositionalEmbedding, TransformerDecoderLayer(2, 32, NormFirst = true), LayerNorm, TiedLinear(\"class\", Bias = true)] public partial class Net;", "Net")]
    [InlineData("[Network, Sequence(Max = 16), Embedding(6, 16, Name = \"1st\"), SinusoidalPositions, LayerNorm, TiedLinear(\"1st\")] public partial class Net;", "Net")]
    [InlineData(Text + "TransformerEncoderLayer(2, 16), MeanPositions, Linear(2), Loss(Loss.CrossEntropy)] public partial class Net;", "Net")]
    [InlineData(Text + "MultiheadAttention(2, Causal = true, Name = \"mix\"), Add(\"mix\"), SwiGLU(12), RMSNorm, SelectPosition, Softmax] public partial class Net;", "Net")]
    [InlineData(Text + "Repeat(typeof(B), 2), LSTM(8, Bidirectional = true), SelectPosition(0), Linear(2)] public partial class Net;\n"
        + "[Block, Residual(typeof(A)), Residual(typeof(F), Arguments = [16, 8])] class B;\n[Block, LayerNorm, MultiheadAttention(2)] class A;\n[Block, LayerNorm, Linear(Arg.A), GELU(Tanh = true), Linear(Arg.B)] class F;", "Net", "B", "A", "F")]
    [InlineData("[Network, Sequence(2, Max = 9, Gradient = true), GRU(8), Linear(1), Loss(Loss.MSE)] public partial class Net;", "Net")]
    public async Task RewrittenText_HasTheSameParameters_AndComputesTheSame(string source, params string[] types)
    {
        source = $$"""
            {{Consumer.Usings}}{{source}}
            static class Run
            {
                public static string Parameters() => string.Join(' ', System.Linq.Enumerable.Select(Net.Info.Parameters, p => $"{p.Name}:{p.Count}"));

                public static float[] Predict()
                {
                    var x = new {{(source.Contains("Embedding", StringComparison.Ordinal) ? "int" : "float")}}[Net.InputSize];
                    for (var i = 0; i < x.Length; i++) x[i] = i % 6;
                    var y = new float[Net.OutputSize];
                    Net.Create(5).Predict(x, y);
                    return y;
                }
            }
            """;
        var rewritten = source;
        foreach (var type in types) rewritten = await Task.Run(() => Apply(rewritten, type), TestContext.Current.CancellationToken);
        using var before = Load(source);
        using var after = Load(rewritten);
        Assert.Equal(before.Call("Run", "Parameters"), after.Call("Run", "Parameters"));
        Assert.Equal((float[])before.Call("Run", "Predict")!, (float[])after.Call("Run", "Predict")!);
    }

    [Theory]
    [InlineData("[Network, Input(6), Linear(5), GELU(Tanh = true), Softplus(2f), Linear(3, Bias = false), LeakyReLU] public partial class Net;", "Net")]
    [InlineData("[Network, Input(5), Linear(7, Name = \"encoder\"), ReLU, Linear(4), Concat(\"encoder\"), Linear(7), Add(\"encoder\"), Softmax] public partial class Net { public int Own => 3; }", "Net")]
    [InlineData("[Network, Input(1, 6, 6), Conv2d(4, 3, Padding = 1, Name = \"class\"), BatchNorm, ReLU, MaxPool2d(2), Flatten, Linear(2, Name = \"x\")] public partial class Net;", "Net")]
    [InlineData("[Network, Input(6), Repeat(typeof(B), 2, Arguments = [3], Name = \"layers\"), Residual(typeof(B), Arguments = [4], Name = \"\"), Use(typeof(B), Arguments = [2])] public partial class Net;\n"
        + "[Block, Identity(Name = \"in\"), LayerNorm, Linear(2 * Arg.A), Reshape(2, Arg.A), Flatten, Linear(Arg.Input), Add(\"in\")] class B;", "Net", "B")]
    public async Task RewrittenNetwork_HasTheSameParameters_AndComputesTheSame(string source, params string[] types)
    {
        source = Consumer.Usings + source;
        var rewritten = source;
        foreach (var type in types) rewritten = await Task.Run(() => Apply(rewritten, type), TestContext.Current.CancellationToken);
        Assert.Contains("Forward(", rewritten, StringComparison.Ordinal);
        using var before = Load(source);
        using var after = Load(rewritten);
        var (old, @new) = (Subject.Create(before.Type("Net"), 5), Subject.Create(after.Type("Net"), 5));
        Assert.Equal(old.Info.Parameters.Select(p => (p.Name, p.Count)), @new.Info.Parameters.Select(p => (p.Name, p.Count)));
        var x = Batch.Normal(new(1), 4 * old.Info.InputSize);
        Assert.Equal(old.Predict(x), @new.Predict(x));
    }

    [Theory]
    [InlineData("class Plain;", "Plain")]
    [InlineData("[Network, Input(3)]\n#pragma warning disable CS0612\n[Linear(3)] partial class Net;", "Net")]
    [InlineData("[Network] partial class Net { [Linear(3)] readonly Layer fc; Tensor Forward([Shape(3)] Tensor x) => fc(x); }", "Net")]
    public void OtherClasses_AreLeftAlone(string source, string type) => Assert.Throws<InvalidOperationException>(() => Apply(Consumer.Usings + source, type));

    /// <summary>The program, with kernels for this processor's vectors alone: they are compared with themselves.</summary>
    static LoadedProgram Load(string source) => (new Consumer().With("Source.cs", source) with { Vectors = KernelTrees.ProcessorWidth.ToString(CultureInfo.InvariantCulture) })
        .Build(emit: true).AssertClean().Load();

    /// <summary>The source after the refactoring of a class.</summary>
    static string Apply(string source, string type)
    {
        using var editor = new Editor(source);
        var root = editor.Document.GetSyntaxRootAsync().Result!;
        var declaration = root.DescendantNodes().OfType<ClassDeclarationSyntax>().Single(c => c.Identifier.Text == type);
        var action = editor.Offers(new ForwardRefactoring(), declaration.Identifier.Span).Result.SingleOrDefault() ?? throw new InvalidOperationException("Nothing is offered.");
        return editor.After(action).Result;
    }
}
