using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Diagnostics;

/// <summary>What can be wrong with a Forward, its fields and its expressions, and where that is shown.</summary>
public sealed class ForwardDiagnosticsTests
{
    [Theory]
    [InlineData("", "[Linear(3)] readonly Layer fc; Tensor Forward([Sequence(4, Max = 5), Shape(4)] Tensor {|NG0050:x|}) => fc(x);",
        "'Net' can't be read: the input 'x' of its Forward has both [Shape(…)] and [Sequence(…)]: keep [Sequence(…)] where samples have as many positions as they like, and [Shape(…)] where not")]
    [InlineData("", "[Linear(3)] readonly Layer fc; Tensor Forward(Tensor {|NG0050:x|}) => fc(x);",
        "'Net' can't be read: the input 'x' of its Forward has no shape: say it without the batch, such as [Shape(784)] Tensor x")]
    [InlineData("", "[Linear(3)] readonly Layer fc; Tensor {|NG0050:Forward|}() => fc(0f);",
        "'Net' can't be read: its Forward has no input: give it one, such as [Shape(784)] Tensor x")]
    [InlineData("", "static Tensor {|NG0050:Forward|}([Shape(3)] Tensor x) => x;",
        "'Net' can't be read: its Forward is static: it is an instance's own method, without type parameters")]
    [InlineData("", "[Linear(3)] readonly Layer fc; Tensor Forward([Shape(3)] Tensor x) => fc(x); Tensor {|NG0050:Forward|}([Shape(3)] Tensor x, [Shape(4)] Tensor y) => x;",
        "'Net' can't be read: it has several methods Forward: keep one")]
    [InlineData("", "[Linear(3)] readonly Layer fc; Tensor Forward([Shape(3)] Tensor x, int {|NG0050:n|}) => fc(x);",
        "'Net' can't be read: the parameter 'n' of its Forward isn't a Tensor: tensors are its inputs, and what is constant can be a constant of the class")]
    [InlineData("[{|NG0050:Linear(4)|}]", "[Linear(3)] readonly Layer fc; Tensor Forward([Shape(3)] Tensor x) => fc(x);",
        "'Net' can't be read: 'Linear(4)' stands on the class, whose layers are fields that Forward calls: move it to a field, or remove Forward")]
    [InlineData("[{|NG0050:Input(4)|}]", "[Linear(3)] readonly Layer fc; Tensor Forward([Shape(3)] Tensor x) => fc(x);",
        "'Net' can't be read: 'Input(4)' stands on the class, whose layers are fields that Forward calls: move it to a field; inputs are Forward's parameters, with [Shape(…)]")]
    public void Declaration_IsChecked(string attributes, string body, string message) => Expect.Diagnostic(Network(attributes, body), message);

    [Fact]
    public void Layer_OfABaseClass_IsRefused() => Assert.Equal(
        "'fc' can't be read: 'fc' is a field of 'Root', which 'Net' derives from, and layers aren't inherited: declare it in 'Net' itself, or in a block that is a field of it",
        Expect.Diagnostics("""
            using static NetGen.Functions;
            [Network] public partial class Net : Root { Tensor Forward([Shape(3)] Tensor x) => ReLU(x) + T(x); }
            public abstract class Root { [{|NG0011:Linear(3)|}] protected readonly Layer fc = null!; protected Tensor T(Tensor x) => {|NG0052:fc|}(x); }
            """).Single(d => d.Id == "NG0052").GetMessage(System.Globalization.CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("float {|NG0050:Forward|}([Shape(4)] float[] x) => x[0];")]
    [InlineData("[Linear(3)] readonly Layer fc; float[] {|NG0050:Forward|}(float[] x) => x;")]
    public void Forward_WithoutTensors_IsRefused(string body) => Expect.Diagnostic(Network("", body),
        "'Net' can't be read: its Forward has no tensors: its parameters must be of the type Tensor, and its result a Tensor or a tuple of some");

    [Fact]
    public void FieldsWithoutForward_AreAnError() => Expect.Diagnostic("[Network] partial class {|NG0050:Net|} { [Linear(3)] readonly Layer fc; }",
        "'Net' can't be read: its fields are layers, and no Forward says how they are put together: add Tensor Forward([Shape(…)] Tensor x)");

    [Theory]
    [InlineData("Tensor Forward([Shape(3)] Tensor x, [Shape(3)] Tensor {|NG0055:y|}) => fc(x);")]
    [InlineData("Tensor Forward([Shape(3)] Tensor x, [Shape(3)] Tensor {|NG0055:y|}) { var z = x * y; return fc(x); }")]
    [InlineData("Tensor Forward([Shape(3)] Tensor x, [Shape(3)] Tensor {|NG0055:y|}) => fc(false ? y : x);")]
    [InlineData("(Tensor, Tensor) Forward([Shape(3)] Tensor x, [Shape(3)] Tensor y) => (fc(x), y);")]
    [InlineData("Tensor Forward([Shape(3)] Tensor x, [Shape(3)] Tensor _) => fc(x);")]
    [InlineData("Tensor Forward([Shape(3)] Tensor x, [Shape(3)] Tensor _mask) => fc(x);")]
    [InlineData("readonly First first; Tensor Forward([Shape(3)] Tensor x, [Shape(3)] Tensor y) => fc(first.Forward(x, y));")]
    [InlineData("readonly Part part; Tensor Forward([Shape(3)] Tensor x) => fc(part.Forward(x, x));")]
    public void Input_ThatNoOutputDependsOn_IsAWarning_AndTheNetworkIsGenerated(string body)
    {
        var source = Network("", "[Linear(3)] readonly Layer fc; " + body) + """
            [Block] class First { internal Tensor Forward(Tensor a, Tensor b) => a; }
            [Network] partial class Part { internal Tensor Forward([Shape(3)] Tensor a, [Shape(3)] Tensor {|NG0055:b|}) => ReLU(a); }
            """;
        Expect.Diagnostics(source);
        var build = Consumer.Of(Markup.Parse(source).Text).Build();
        Assert.Contains(build.FileNames, name => name == "Net.g.cs");
        Assert.All(build.Visible, diagnostic => Assert.Equal(("NG0055", Microsoft.CodeAnalysis.DiagnosticSeverity.Warning), (diagnostic.Id, diagnostic.Severity)));
    }

    [Theory]
    [InlineData("interface IOfTwo { Tensor Forward(Tensor x, Tensor y); }", "public ")]
    [InlineData("abstract class IOfTwo { public abstract Tensor Forward(Tensor x, Tensor y); }", "public override ")]
    public void Input_ThatOthersAskFor_MayBeUnused(string declaration, string modifiers) => Expect.Diagnostics(
        $"[Network] partial class Net : IOfTwo {{ [Linear(3)] readonly Layer fc; {modifiers}Tensor Forward([Shape(3)] Tensor x, [Shape(3)] Tensor y) => fc(x); }} {declaration}");

    [Theory]
    [InlineData("readonly Part part;", "{|NG0052:part|}.Forward(x)")]
    [InlineData("readonly Part part = new();", "{|NG0052:part|}.Forward(x)")]
    [InlineData("static readonly Part part = new();", "{|NG0052:part|}.Forward(x)")]
    [InlineData("readonly Part[] part = [];", "{|NG0052:part|}[0].Forward(x)")]
    [InlineData("[Count(2)] readonly Part[] {|NG0051:part|};", "part[0].Forward(x)")]
    public void Part_WhoseClassIsNoBlock_IsToldSo(string field, string expression)
    {
        var diagnostics = Expect.Diagnostics(Network("", $"{field} Tensor Forward([Shape(3)] Tensor x) => {expression};")
            + "class Part { [{|NG0011:Linear(3)|}] readonly Layer fc; internal Tensor Forward(Tensor x) => fc(x); }");
        Assert.Contains((field.Contains("NG0051", StringComparison.Ordinal) ? "The field 'part' " : "'part' can't be read: the field 'part' ")
            + "is of the type 'Part', which isn't declared to be a part of networks: add [Block] before 'Part'",
            diagnostics.Select(d => d.GetMessage(System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("[{|NG0022:Parameter(3, Init = Init.Constant)|}]", "'part: Parameter(3)' sets Init to Constant, but no Value: set this too, or use Init.Zeros")]
    [InlineData("[{|NG0022:Buffer(3, Init = Init.Constant)|}]", "'part: Buffer(3)' sets Init to Constant, but no Value: set this too, or use Init.Zeros")]
    public void Tensor_ThatIsConstant_NeedsItsValue(string attribute, string message) =>
        Expect.Diagnostic(Network("", $"{attribute} readonly Tensor part; Tensor Forward([Shape(3)] Tensor x) => x * part;"), message);

    [Fact]
    public void FieldsWithoutNetwork_AreAWarning() => Expect.Diagnostics("class Net { [{|NG0011:Linear(3)|}] readonly Layer? fc; }");

    [Theory]
    [InlineData("readonly Layer {|NG0051:fc|};", "The field 'fc' has no layer's attribute that says what it is, such as [Linear(10)]")]
    [InlineData("readonly Tensor {|NG0051:fc|};", "The field 'fc' has no layer's attribute that says what it is, such as [Parameter(10)]")]
    [InlineData("[Linear(3)] static readonly Layer {|NG0051:fc|};", "The field 'fc' is static: each instance has layers of its own, so remove 'static'")]
    [InlineData("[Linear(3), ReLU] readonly Layer {|NG0051:fc|};", "The field 'fc' has several layers: a field has one; put others in fields of their own, or in a block")]
    [InlineData("[Linear(3)] readonly Layer {|NG0051:fc|} = x => x;", "The field 'fc' has an initializer, which nothing reads: remove it, since the attribute says what it is")]
    [InlineData("[Parameter(3, 1)] readonly Tensor {|NG0051:fc|} = 1f;",
        "The field 'fc' has an initializer, which nothing reads: remove it, and say how it starts by its attribute, such as [Parameter(3, 1, Init = Init.Constant, Value = 1)]")]
    [InlineData("[Buffer(2), Count(2)] readonly Tensor[] {|NG0051:fc|} = [1f, 1f];",
        "The field 'fc' has an initializer, which nothing reads: remove it, and say how it starts by its attribute, such as [Buffer(2, Init = Init.Constant, Value = 1)]")]
    [InlineData("readonly Tensor {|NG0051:fc|} = 1e-5f;",
        "The field 'fc' is a tensor with a value, and neither a parameter nor a buffer: declare a constant as 'const float', or say what it is by an attribute, such as [Parameter(10)]")]
    [InlineData("static readonly Tensor {|NG0051:fc|} = 1e-5f;",
        "The field 'fc' is a tensor with a value, and neither a parameter nor a buffer: declare a constant as 'const float', or say what it is by an attribute, such as [Parameter(10)]")]
    [InlineData("[Linear(3), Count(2)] readonly Layer {|NG0051:fc|};", "The field 'fc' has [Count], which is for arrays: make it an array, or remove [Count]")]
    [InlineData("[Linear(3)] readonly Layer[] {|NG0051:fc|};", "The field 'fc' is an array without a length: add [Count], such as [Count(3)]")]
    [InlineData("[Linear(3), Count(0)] readonly Layer[] {|NG0051:fc|};", "The field 'fc' has [Count(0)]: a count must be from 1 to 10000")]
    [InlineData("[Linear(3)] readonly Tensor {|NG0051:fc|};", "The field 'fc' has [Linear(3)], and so needs the type Layer")]
    [InlineData("[Parameter(3)] readonly Layer {|NG0051:fc|};", "The field 'fc' has [Parameter(3)], and so needs the type Tensor")]
    [InlineData("[Concat(\"x\")] readonly Layer {|NG0051:fc|};", "The field 'fc' has [Concat(\"x\")], which is for stacks of layers: write Concat(a, b) in Forward")]
    [InlineData("[Linear(Arg.A)] readonly Layer {|NG0051:fc|};", "The field 'fc' refers to Arg.A, which a network isn't given: only a block is, by what uses it")]
    [InlineData("readonly Stack {|NG0051:fc|};", "The field 'fc' is of the block 'Stack', which has no Forward to call: write [Use(typeof(Stack))] readonly Layer fc")]
    [InlineData("[Linear(3, Name = \"a.b\")] readonly Layer {|NG0017:fc|};", "'fc' can't be named \"a.b\", because it contains a dot: use letters, digits and underscores")]
    [InlineData("[Linear(3)] readonly Layer _b, {|NG0010:b|};", "'b' is named \"b\", and so is '_b': give one of them another Name")]
    [InlineData("[Linear(3)] readonly Layer {|NG0053:fc|};", "What Forward returns doesn't depend on 'fc', so that its size isn't known and it can't learn: call it, or remove it")]
    [InlineData("[Linear(3), Count(2)] readonly Layer[] {|NG0053:fc|};",
        "What Forward returns doesn't depend on 'fc', so that its size isn't known and it can't learn: call it, or remove it")]
    public void Field_IsChecked(string field, string message) =>
        Expect.Diagnostic(Network("", field + " Tensor Forward([Shape(3)] Tensor x) => ReLU(x);") + "[Block, Linear(3)] class Stack;", message);

    const string Supported = "Forward may have calls of its layers, of the functions of NetGen.Functions and of the class's own methods, operators, locals, tuples, arrays, "
        + "lists, lambdas, constants, and if, switch, for, foreach and while on constants";

    const string ByTensor = "it depends on a tensor's values, which aren't known while the project builds; choose between values with Where(condition, a, b)";

    [Theory]
    [InlineData("return fc({|NG0052:Other.Value|});", "'Other.Value' can't be read: the field 'Value' isn't a constant; declare it 'const' or 'static readonly', of numbers, or as a layer, a parameter or a buffer of the class")]
    [InlineData("return {|NG0052:Other.Make(x)|};",
        "'Other.Make(x)' can't be read: 'Make' is asynchronous or has parameters by reference; return values, several as a tuple")]
    [InlineData("void Double(Tensor y, out Tensor twice) => twice = y * 2; {|NG0052:Double(x, out var z)|}; return z;",
        "'Double(x, out var z)' can't be read: 'Double' is asynchronous or has parameters by reference; return values, several as a tuple")]
    [InlineData("return x * {|NG0052:scale|} + fc(x);",
        "'scale' can't be read: the field 'scale' isn't a constant; declare it 'const' or 'static readonly', of numbers, or as a layer, a parameter or a buffer of the class")]
    [InlineData("Tensor Again(Tensor y) => {|NG0052:Again(y)|}; return Again(x);", "'Again(y)' can't be read: calls are nested too deeply, or without an end")]
    [InlineData("while (true) x = {|NG0052:fc(x)|}; return x;", "'fc(x)' can't be read: it is called in a loop whose steps are more than 20000; let the loop end sooner")]
    [InlineData("{|NG0052:for (int i = 0; ; i++) { }|} return x;", "'for (int i = 0; ; i++) { }' can't be read: the loop has no end, or too many rounds: it was left after 200000")]
    [InlineData("for (int j = 0; j < 2; j++) {|NG0052:while (1 < 2) for (int i = 0; i < 9; i++) { }|} return x;", null)]
    [InlineData("int F(int n) => n < 2 ? 1 : F(n - 1) + F(n - 2); return x * F(40);", null)]
    [InlineData("if (heads != 4) {|NG0052:throw new System.ArgumentException($\"Heads is {heads}, not {heads + 1:0}\" + '!');|} return fc(x);",
        "'throw new System.ArgumentException($\"Heads is {heads}, no…' can't be read: it is reached: Heads is 3, not 4!")]
    [InlineData("return heads == 4 ? fc(x) : {|NG0052:throw new System.NotSupportedException()|};", "'throw new System.NotSupportedException()' can't be read: it is reached")]
    [InlineData("return fc(x) + (heads switch { 1 => x, var n => {|NG0052:throw new System.InvalidOperationException(nameof(heads) + n)|} });",
        "'throw new System.InvalidOperationException(nameof(heads) …' can't be read: it is reached: heads3")]
    [InlineData("{|NG0052:try { x = fc(x); } finally { }|} return x;", "'try { x = fc(x); } finally { }' can't be read: " + Supported)]
    [InlineData("return (object)x is {|NG0052:1|} ? fc(x) : x;", "'1' can't be read: " + ByTensor)]
    [InlineData("return (object)x switch { null => x, {|NG0052:1|} => fc(x), _ => x };", "'1' can't be read: " + ByTensor)]
    [InlineData("if ({|NG0052:Sum(x) == 0f|}) return x; return fc(x);", "'Sum(x) == 0f' can't be read: " + ByTensor)]
    [InlineData("return (object)fc(x) is {|NG0052:Tensor y|} ? y : x;", "'Tensor y' can't be read: " + Supported)]
    [InlineData("int parts = 0; for (int i = 0; i < 6 / {|NG0052:parts|}; i++) x = fc(x); return x;", "'parts' can't be read: it is 0, by which a whole number can't be divided")]
    [InlineData("Tensor no = null!; return fc(x) + {|NG0052:no|};", "'no' can't be read: there is no tensor, but null")]
    [InlineData("return {|NG0052:2 switch { 1 => fc(x), 3 => x }|};", "'2 switch { 1 => fc(x), 3 => x }' can't be read: none of its cases is for the value that it has here")]
    [InlineData("return x * (float){|NG0052:System.Math.BigMul(2, 3)|} + fc(x);", "'System.Math.BigMul(2, 3)' can't be read: " + Supported)]
    [InlineData("return fc(Split(x, 3){|NG0052:[3]|});", null)]
    [InlineData("Tensor[] all = [x]; return fc(({|NG0052:all[1..3]|})[0]);", "'all[1..3]' can't be read: the range from 1 to 3 is out of range: there are 1 elements")]
    [InlineData("return Softmax(fc(x), {|NG0052:axis|});", "'axis' can't be read: the field 'axis' isn't a constant; declare it 'const' or 'static readonly', of numbers, or as a layer, a parameter or a buffer of the class")]
    public void Expression_IsChecked(string statements, string? message)
    {
        // Where the marked part isn't the expression that is reported, the message and the id are what counts.
        var source = Network("", $$"""
            readonly float scale = 2; readonly int axis = 0; static readonly int heads = 3;
            [Linear(3)] readonly Layer fc;
            Tensor Forward([Shape(3)] Tensor x) { {{statements}} }
            """) + "static class Other { public static readonly Tensor Value = null!; public static Tensor Make(in Tensor x) => x; }";
        if (message is not null) Expect.Diagnostic(source, message);
        else Assert.Equal("NG0052", Assert.Single(Consumer.Of(source).Build().NetGenDiagnostics).Id);
    }

    [Theory]
    [InlineData("{|NG0031:x + a(x)|}", "'+' can't join values of shapes [2, 6] and [2, 4]: compared from the last axis backwards, sizes must be equal, or one of them 1 or not there")]
    [InlineData("{|NG0031:Concat(x, a(x))|}", "'Concat' can't join values of shapes [2, 6] and [2, 4]: one after the other along the first axis, all other sizes must be equal")]
    [InlineData("{|NG0031:Concat(-1, x, Transpose(x))|}", "'Concat(-1)' can't join values of shapes [2, 6] and [6, 2]: one after the other along axis 1, all other sizes must be equal")]
    [InlineData("{|NG0031:MatMul(x, x)|}",
        "'MatMul' can't join values of shapes [2, 6] and [2, 6]: the last size of the first and the last but one of the second must be equal, and are 6 and 2")]
    [InlineData("{|NG0007:fc(Reshape(x, 1, 2, 6))|}", "'fc: Linear(3)' needs a vector, but its input has shape [1, 2, 6]: put [Flatten] before it")]
    [InlineData("{|NG0018:Sum(x, 2)|}", "'Sum(2, false)' sets axis to 2: it must be from -2 to 1 for a tensor of 2 axes")]
    [InlineData("{|NG0020:Permute(x, 1, 1)|}", "'Permute(1, 1)' doesn't fit an input of shape [2, 6]: each of its 2 axes must be named once")]
    [InlineData("{|NG0018:Slice(x, 1, 4, 7)|}", "'Slice(1, 4, 7, 1)' sets end to 7: it must be from -5 to 6 along an axis of 6 elements")]
    [InlineData("{|NG0018:Slice(x, 1, 0, int.MaxValue)|}", "'Slice(1, 0, 2147483647, 1)' sets end to 2147483647: it must be from -5 to 6 along an axis of 6 elements")]
    [InlineData("{|NG0018:Slice(x, 1, 6, 6)|}", "'Slice(1, 6, 6, 1)' sets start to 6: it must be from -6 to 5 along an axis of 6 elements")]
    [InlineData("{|NG0018:Slice(x, 1, -7, 6)|}", "'Slice(1, -7, 6, 1)' sets start to -7: it must be from -6 to 5 along an axis of 6 elements")]
    [InlineData("{|NG0020:Slice(x, 1, 4, -2)|}", "'Slice(1, 4, -2, 1)' doesn't fit an input of shape [2, 6]: from 4 to -2 there is nothing along an axis of 6 elements")]
    [InlineData("{|NG0020:Gather(x, 1, 6)|}", "'Gather(1, 6)' doesn't fit an input of shape [2, 6]: the places must be from 0 to 5, and at least one")]
    [InlineData("{|NG0020:Split(x, 4, axis: 1)|}[0]", "'Split(4, 1)' doesn't fit an input of shape [2, 6]: 6 elements can't be cut into 4 equal parts")]
    [InlineData("{|NG0008:Reshape(x, 5)|}", "'Reshape(5)' can't reshape [2, 6], which has 12 values: the new shape has 5; one size may be -1 and is then computed")]
    [InlineData("{|NG0054:Einsum(\"ij\", x)|}",
        "'Einsum(\"ij\")' has the pattern \"ij\", which names the axes of each tensor by letters, then those of the result: \"ik,kj->ij\"")]
    [InlineData("{|NG0031:Einsum(\"ij,ik->k\", x, Transpose(x))|}", "'Einsum(\"ij,ik->k\")' can't join values of shapes [2, 6] and [6, 2]: the axis 'i' has 2 elements in one and 6 in the other")]
    [InlineData("{|NG0054:Einsum(\"ab,cde->cabde\", x, Reshape(x, 1, 2, 6))|}", "'Einsum(\"ab,cde->cabde\")' has the pattern \"ab,cde->cabde\", which has more than 4 axes in its result: "
        + "give several of them one letter, by Reshape before it")]
    [InlineData("{|NG0054:ReLU(1f)|} + x", "'ReLU' needs a tensor that is computed, and gets a constant: put the constant into an operator, or into Where")]
    public void Call_IsChecked(string expression, string message) => Expect.Diagnostic(
        Network("", $$"""
            {{(expression.Contains("a(x)", StringComparison.Ordinal) ? "[Use(typeof(Narrow))] readonly Layer a;" : "")}}
            {{(expression.Contains("fc", StringComparison.Ordinal) ? "[Linear(3)] readonly Layer fc;" : "")}}
            Tensor Forward([Shape(2, 6)] Tensor x) => {{expression}};
            """) + "[Block] class Narrow { Tensor Forward(Tensor x) => Slice(x, 1, 0, 4); }", message);

    const string SizeOfUse = "can't be read: a size that each use of the block gives, as Arg.A, isn't a number where Forward is read: it can be in attributes of fields, and by itself or times "
        + "a constant where a function takes a whole number";

    [Theory]
    [InlineData("return x * {|NG0052:Arg.A|};", "'Arg.A' " + SizeOfUse)]
    [InlineData("return x / MathF.Sqrt({|NG0052:2 * Arg.Input|});", "'2 * Arg.Input' " + SizeOfUse)]
    [InlineData("return {|NG0052:Arg.A > 8|} ? x : -x;", "'Arg.A > 8' " + SizeOfUse)]
    [InlineData("var width = Arg.A; for (var i = 0; {|NG0052:i < width|}; i++) x += x; return x;", "'i < width' " + SizeOfUse)]
    [InlineData("foreach (var part in Split(x, {|NG0052:Arg.A|})) x += part; return x;", "'Arg.A' " + SizeOfUse)]
    [InlineData("return Slice(x, 0, 0, {|NG0052:Arg.A + 1|});", "'Arg.A + 1' " + SizeOfUse)]
    public void SizeOfABlocksUse_IsntANumber(string statements, string message) => Expect.Diagnostic($$"""
        using System;
        using static NetGen.Functions;
        [Network, Input(6), Use(typeof(Part), Arguments = [4])] partial class Net;
        [Block] class Part { Tensor Forward(Tensor x) { {{statements}} } }
        """, message);

    [Fact]
    public void Attribute_OfAField_ShowsWhatIsWrongWithIt() => Expect.Diagnostic(
        Network("", "[{|NG0005:Linear(0)|}] readonly Layer fc; Tensor Forward([Shape(3)] Tensor x) => fc(x);"), "'fc: Linear(0)' sets features to 0: a size must be at least 1");

    [Fact]
    public void Parameter_OfForward_ShowsAWrongShape() => Expect.Diagnostic(
        Network("", "Tensor Forward([{|NG0005:Shape(0)|}] Tensor x) => ReLU(x);"), "'Shape(0)' sets a size of its shape to 0: a size must be at least 1");

    [Fact]
    public void Loss_NeedsOneOutput() => Expect.Diagnostic(Network("[{|NG0009:Loss(Loss.MSE)|}]", "(Tensor, Tensor) Forward([Shape(3)] Tensor x) => (x, ReLU(x));"),
        "'Loss(MSE)' doesn't fit an output of shape [3] and [3]: it needs one output; return one, or leave out the loss and give the gradients of the outputs to Step");

    [Theory]
    [InlineData("[Linear(3)] readonly Layer fc; Tensor Forward([Shape(5)] Tensor x) => {|NG0054:fc(fc(x))|};",
        "'fc: Linear(3)' was called before with an input for which 'fc.weight' has shape [3, 5], and needs [3, 3] here: call it with inputs of equal sizes, or use two layers")]
    [InlineData("[BatchNorm] readonly Layer bn; Tensor Forward([Shape(5)] Tensor x) => {|NG0054:bn(bn(x))|};",
        "'bn: BatchNorm' keeps statistics of what it gets in 'bn.running_mean', which a second call would mix with other ones: call it once")]
    [InlineData("[Parameter(5)] readonly Tensor p; Tensor Forward([Shape(5)] Tensor x) => Where(x > {|NG0054:p|}, x, 0);",
        "'p: Parameter(5)' gets no gradient for 'p', since only comparisons depend on it: make it a buffer, or use it otherwise")]
    [InlineData("Tensor Forward([Shape(5)] Tensor x) => {|NG0054:2f|};", null)]
    public void Sharing_IsChecked(string body, string? message)
    {
        if (message is null) Assert.StartsWith("NG", Assert.Single(Consumer.Of(Network("", body)).Build().NetGenDiagnostics).Id, StringComparison.Ordinal);
        else Expect.Diagnostic(Network("", body), message);
    }

    [Fact]
    public void Error_InABlocksForward_IsShownThere() => Expect.Diagnostic("""
        using static NetGen.Functions;
        [Network, Input(6), Use(typeof(Half)), Use(typeof(Half))] partial class Net;
        [Block] class Half { Tensor Forward(Tensor x) => {|NG0020:Split(x, 2)|}[0]; }
        """, "'Split(2, 0)' in 'Half', used by 'Use(typeof(Half))' of 'Net' doesn't fit an input of shape [3]: 3 elements can't be cut into 2 equal parts");

    [Fact]
    public void Block_OfSeveralInputs_IsNoLayer() => Expect.Diagnostic("""
        [Network, Input(6), {|NG0054:Use(typeof(Sum))|}] partial class Net;
        [Block] class Sum { Tensor Forward(Tensor x, Tensor y) => x + y; }
        """, "'Use(typeof(Sum))' uses 'Sum', whose Forward has 2 inputs and 1 output, where one of each is needed: call it in a Forward, by a field of its type");

    [Fact]
    public void Block_WithAShape_OrWithinItself_IsRefused() => Expect.Diagnostics("""
        [Block] class A { {|NG0033:readonly B b;|} internal Tensor Forward(Tensor x) => b.Forward(x); }
        [Block] class B { [{|NG0033:Use(typeof(A))|}] readonly Layer a; internal Tensor Forward(Tensor x) => a(x); }
        [Block] class C { Tensor Forward([Shape(3)] Tensor {|NG0050:x|}) => x; }
        """.Replace("{|NG0033:readonly B b;|}", "readonly B {|NG0033:b|};", StringComparison.Ordinal));

    [Fact]
    public void Network_AsAField_NeedsItsOwnInput() => Expect.Diagnostic("""
        [Network] partial class Net { [Use(typeof(Part))] readonly Layer part; Tensor Forward([Shape(5)] Tensor x) => {|NG0020:part(x)|}; }
        [Network, Input(6), Linear(3)] partial class Part;
        """, "'part: Use(typeof(Part))' doesn't fit an input of shape [5]: the network 'Part' has an input of shape [6]");

    [Fact]
    public void Network_WithinItself_IsRefused() => Expect.Diagnostic("""
        [Network] partial class {|NG0050:Net|} { readonly Net part; Tensor Forward([Shape(5)] Tensor x) => part.Forward(x); }
        """, "'Net' can't be read: its fields make the network 'Net' contain itself, without an end");

    [Theory]
    [InlineData("[Linear(3)] readonly Layer fc = null!;"), InlineData("[Linear(3)] readonly Layer fc = default!;"), InlineData("[Linear(3), Count(1)] readonly Layer[] fc = [];")]
    [InlineData("[Linear(3), Count(1)] readonly Layer[] fc = new Layer[1];"), InlineData("readonly Part fc = new();")]
    public void Field_ThatIsSetForTheCompilerAlone_IsNoFault(string field) => Expect.Diagnostics(
        Network("", $"{field} Tensor Forward([Shape(3)] Tensor x) => fc{(field.Contains("[]", StringComparison.Ordinal) ? "[0]" : field.Contains("Part", StringComparison.Ordinal) ? ".Forward" : "")}(x);")
        + "[Block] class Part { [Linear(3)] readonly Layer fc; internal Tensor Forward(Tensor x) => fc(x); }");

    [Theory]
    [InlineData("var (y, state) = fc(x); return y;"), InlineData("Tensor y, state; (y, state) = fc(x); return y;")]
    public void Tensor_ThatIsTakenApart_IsTheCompilersToSay(string statements) => Assert.Empty(
        Consumer.Of(Network("", $"[Linear(3)] readonly Layer fc; Tensor Forward([Shape(3)] Tensor x) {{ {statements} }}")).Build().NetGenDiagnostics);

    [Theory]
    [InlineData("fc(unknown(x))")]
    [InlineData("((System.Func<Tensor, int>)fc.Invoke)(x)")]
    [InlineData("((System.Func<Tensor, int>)(y => fc(y)))(x)")]
    public void CSharpErrors_AreTheCompilersAlone(string expression) => Assert.Empty(
        Consumer.Of(Network("", $"[Linear(3)] readonly Layer fc; Tensor Forward([Shape(3)] Tensor x) => {expression};")).Build().NetGenDiagnostics);

    const string OfTwo = "Tensor Forward([Shape(4, 6)] Tensor x, [Shape(5, 6)] Tensor y)";

    [Theory]
    [InlineData($"[Linear(3)] readonly Layer fc; {OfTwo} => {{|NG0054:fc(x, y)|}};",
        "'fc: Linear(3)' takes one tensor: only MultiheadAttention and TransformerDecoderLayer can be called with a memory too")]
    [InlineData($"[MultiheadAttention(2)] readonly Layer mha; {OfTwo} => mha(x) + {{|NG0054:mha(x, y)|}};", "'mha: MultiheadAttention(2)' is called with a memory, and without one: use two layers")]
    [InlineData($"[TransformerDecoderLayer(2, 8)] readonly Layer dec; {OfTwo} => dec(x) + {{|NG0054:dec(x, y)|}};", "'dec: TransformerDecoderLayer(2, 8)' is called with a memory, and without one: use two layers")]
    [InlineData($"[TransformerDecoderLayer(2, 8)] readonly Layer dec; {OfTwo} => {{|NG0054:dec(dec(x, y))|}};", "'dec: TransformerDecoderLayer(2, 8)' is called with a memory, and without one: use two layers")]
    [InlineData($"[{{|NG0018:MultiheadAttention(2, Rotary = true)|}}] readonly Layer mha; {OfTwo} => mha(x, y);",
        "'mha: MultiheadAttention(2)' sets Rotary to true: it must be left out where it is called with a memory, whose positions are others")]
    [InlineData($"[MultiheadAttention(2)] readonly Layer mha; {OfTwo} => {{|NG0020:mha(x, Flatten(y))|}};",
        "'mha: MultiheadAttention(2)' doesn't fit an input of shape [30]: it takes a sequence, [positions, features]")]
    [InlineData($"[MultiheadAttention(2)] readonly Layer mha; {OfTwo} => {{|NG0054:mha(x, mha(y, Slice(x, 1, 0, 3)))|}};",
        "'mha: MultiheadAttention(2)' was called before with a memory of another width, or without one: use two layers")]
    [InlineData($"[Use(typeof(Two))] readonly Layer two; {OfTwo} => {{|NG0054:two(x)|}}; }} [Block] class Two {{ Tensor Forward(Tensor a, Tensor b) => a;",
        "'two: Use(typeof(Two))' calls 'Two' with 1 tensor for 1 tensor, whose Forward takes 2 and gives 1: make the field's type Two, and call its Forward")]
    public void Memory_IsChecked(string body, string message) => Expect.Diagnostic(Network("", body), message);

    const string OfTexts = "Tensor Forward([Shape(4)] Tensor a, [Shape(5)] Tensor b)";

    [Theory]
    [InlineData($"[Embedding(9, 3)] readonly Layer e; {OfTexts} => Sum(e(a)) + Sum(e(b)) + Sum({{|NG0054:Tanh(b)|}});", "'Tanh' gets ids, of which only an Embedding makes numbers")]
    [InlineData($"[Embedding(9, 3)] readonly Layer e; [Linear(3)] readonly Layer fc; {OfTexts} => Sum(e(a)) + Sum(e(b)) + {{|NG0054:fc(b)|}};",
        "'fc: Linear(3)' gets ids, of which only an Embedding makes numbers")]
    [InlineData($"[Embedding(9, 3)] readonly Layer e; (Tensor, Tensor) Forward([{{|NG0054:Shape(5)|}}] Tensor a) => (a, e(a));", "'Shape(5)' is returned as it is, but it is one of ids")]
    [InlineData("[Embedding(9, 3)] readonly Layer e; (Tensor, Tensor) Forward([Shape(5)] Tensor x, [{|NG0054:Shape(4)|}] Tensor a) => (x + Sum(e(a)), a);",
        "'Shape(4)' is returned as it is, but it is one of ids")]
    [InlineData($"[Embedding(9, 3)] readonly Layer e; [{{|NG0054:Embedding(8, 3)|}}] readonly Layer f; {OfTexts} => Sum(e(a)) + Sum(e(b)) + Sum(f(b));",
        "'f: Embedding(8, 3)' has 8 ids, and another embedding of 'b' 9: an input has one vocabulary, so give both the larger size")]
    [InlineData("[Embedding(9, 3)] readonly Layer e; readonly Other other; Tensor Forward([Shape(4)] Tensor a, [Shape(2)] Tensor x) => Sum(e(a)) * other.Forward(a) + Sum(x); }"
        + "[Block] class Other { [{|NG0054:Embedding(8, 3)|}] readonly Layer f; internal Tensor Forward(Tensor ids) => f(ids);",
        "'f: Embedding(8, 3)' in 'Other', used by 'other: Use(typeof(Other))' of 'Net' has 8 ids, and another embedding of 'a' 9: an input has one vocabulary, so give both the larger size")]
    [InlineData($"[Embedding(9, 3)] readonly Layer e; Tensor Forward([Shape(4)] Tensor a, [Shape(5)] Tensor x) => Sum(e(a)) + {{|NG0020:e(x + 1)|}};",
        "'e: Embedding(9, 3)' doesn't fit an input of shape [5]: it takes ids, which are a network's input: make it the first layer, or in a Forward call it with an input")]
    [InlineData("[Embedding(9, 3)] readonly Layer e; Tensor Forward([{|NG0018:Shape(4, Gradient = true)|}] Tensor a, [Shape(5)] Tensor x) => Sum(e(a)) + x;",
        "'Shape(4)' sets Gradient to true: it must be left out: ids have no gradient")]
    [InlineData("[Embedding(9, 3)] readonly Layer e; Tensor Forward([Shape(4, 3)] Tensor x) => {|NG0020:e(x)|};", null)]
    [InlineData("[Embedding(9, 3)] readonly Layer e; Tensor Forward([Shape(4, 3)] Tensor x) => {|NG0020:e(Tanh(x))|};",
        "'e: Embedding(9, 3)' doesn't fit an input of shape [4, 3]: it takes ids, which are a network's input: make it the first layer, or in a Forward call it with an input")]
    [InlineData("[TiedLinear(\"e\")] readonly Layer head; Tensor Forward([Shape(4, 3)] Tensor x) => {|NG0054:head(x)|};",
        "'head: TiedLinear(\"e\")' takes the weight of the Embedding \"e\", and no field of this name is called before it")]
    public void Ids_AreChecked(string body, string? message)
    {
        if (message is null) Assert.StartsWith("NG00", Assert.Single(Consumer.Of(Network("", body)).Build().NetGenDiagnostics).Id, StringComparison.Ordinal);
        else Expect.Diagnostic(Network("", body), message);
    }

    static string Network(string attributes, string body) => $"using static NetGen.Functions;\n[Network] {attributes}\npublic partial class Net\n{{\n{body}\n}}\n";
}
