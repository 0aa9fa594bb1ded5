using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using NetGen.CodeFixes;
using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Diagnostics;

/// <summary>What an editor offers for diagnostics whose way out is mechanical: the text after it, which has no diagnostic.</summary>
public sealed class CodeFixTests
{
    static readonly CodeFixProvider[] All = [new PartialFix(), new FlattenFix(), new NetworkFix(), new InputFirstFix(), new LossLastFix(), new RemoveElementFix()];

    [Theory]
    [InlineData("[Network, Input(4), Linear(3)]\npublic class {|NG0002:Net|};", "[Network, Input(4), Linear(3)]\npublic partial class Net;")]
    [InlineData("/// <summary>A network.</summary>\n[Network, Input(4), Linear(3)]\n// The class.\nclass /* named */ {|NG0002:Net|} { }",
        "/// <summary>A network.</summary>\n[Network, Input(4), Linear(3)]\n// The class.\npartial class /* named */ Net { }")]
    [InlineData("public readonly record struct {|NG0002:Outer|}\n{\n    [Network, Input(4), Linear(3)]\n    public partial class Net;\n}",
        "public readonly partial record struct Outer\n{\n    [Network, Input(4), Linear(3)]\n    public partial class Net;\n}")]
    public async Task NotPartial_BecomesPartial(string before, string after) => await Check(before, PartialFix.Title, after);

    [Theory]
    [InlineData("[Network, Input(1, 28, 28)]\n[{|NG0007:Linear(128)|}, ReLU, Linear(10)] // ten digits\npublic partial class Net;",
        "[Network, Input(1, 28, 28)]\n[Flatten, Linear(128), ReLU, Linear(10)] // ten digits\npublic partial class Net;")]
    [InlineData("[Network, Input(1, 28, 28), // an image\n    // hidden\n    {|NG0007:Linear(128)|}, ReLU]\npublic partial class Net;",
        "[Network, Input(1, 28, 28), // an image\n    // hidden\n    Flatten, Linear(128), ReLU]\npublic partial class Net;")]
    [InlineData("static partial class Nets\r\n{\r\n    [Network, Input(2, 4, 4)]\r\n    [ReLU]\r\n    // The head.\r\n    [{|NG0007:Linear(10)|}] // ten\r\n    [Loss(Loss.CrossEntropy)]\r\n    public partial class Net;\r\n}",
        "static partial class Nets\r\n{\r\n    [Network, Input(2, 4, 4)]\r\n    [ReLU]\r\n    // The head.\r\n    [Flatten]\r\n    [Linear(10)] // ten\r\n    [Loss(Loss.CrossEntropy)]\r\n    public partial class Net;\r\n}")]
    [InlineData("[Network] [Input(2, 4, 4)] [{|NG0007:Linear(10)|}] public partial class Net;", "[Network] [Input(2, 4, 4)] [Flatten] [Linear(10)] public partial class Net;")]
    [InlineData("[NetGen.Network, NetGen.Input(2, 4, 4), {|NG0007:NetGen.SwiGLU(8)|}] public partial class Net;",
        "[NetGen.Network, NetGen.Input(2, 4, 4), NetGen.Flatten, NetGen.SwiGLU(8)] public partial class Net;")]
    [InlineData("[Network, Input(1, 4, 4), Use(typeof(Body)), Linear(2)] public partial class Net;\n[Network, Input(1, 4, 4), Use(typeof(Body))] public partial class Other;\n[Block, {|NG0007:{|NG0007:Linear(8)|}|}, ReLU] class Body;",
        "[Network, Input(1, 4, 4), Use(typeof(Body)), Linear(2)] public partial class Net;\n[Network, Input(1, 4, 4), Use(typeof(Body))] public partial class Other;\n[Block, Flatten, Linear(8), ReLU] class Body;")]
    public async Task LayerOnAnImage_GetsItFlattened(string before, string after) => await Check(before, FlattenFix.Title, after);

    [Theory]
    [InlineData("using static NetGen.Functions;\n", "{|NG0007:fc(/* x */ ReLU(x))|}", "fc(/* x */ Flatten(ReLU(x)))")]
    [InlineData("", "{|NG0007:fc(x)|}", "fc(Functions.Flatten(x))")]
    public async Task CallOnAnImage_GetsItFlattened(string usings, string before, string after) =>
        await Check(Source(before), FlattenFix.CallTitle, Source(after), usings);

    static string Source(string call) => $"[Network]\npublic partial class Net\n{{\n    [Linear(10)] readonly Layer fc;\n\n    Tensor Forward([Shape(1, 4, 4)] Tensor x) => {call};\n}}";

    [Theory]
    [InlineData("/// <summary>A network.</summary>\n[{|NG0011:Input(4)|}] // four\n[Linear(3)]\npublic partial class Net;",
        "/// <summary>A network.</summary>\n[Network, Input(4)] // four\n[Linear(3)]\npublic partial class Net;")]
    [InlineData("[System.Obsolete(\"old\"), {|NG0011:NetGen.Sequence(2, Max = 4)|}, NetGen.Linear(3)] public class Net;",
        "[System.Obsolete(\"old\"), NetGen.Network, NetGen.Sequence(2, Max = 4), NetGen.Linear(3)] public partial class Net;")]
    [InlineData("/// <summary>A network.</summary>\npublic class Net\n{\n    [{|NG0011:Linear(3)|}] readonly Layer fc;\n\n    Tensor Forward([Shape(4)] Tensor x) => fc(x);\n}",
        "/// <summary>A network.</summary>\n[Network]\npublic partial class Net\n{\n    [Linear(3)] readonly Layer fc;\n\n    Tensor Forward([Shape(4)] Tensor x) => fc(x);\n}")]
    public async Task LayersAlone_BecomeANetwork(string before, string after) => await Check(before, NetworkFix.Title, after);

    [Theory]
    [InlineData("[{|NG0011:Linear(3)|}, ReLU]\nclass Body;", "[Block, Linear(3), ReLU]\nclass Body;")]
    [InlineData("class Body\n{\n    [{|NG0011:Linear(3)|}] readonly Layer fc;\n\n    Tensor Forward(Tensor x) => fc(x);\n}",
        "[Block]\nclass Body\n{\n    [Linear(3)] readonly Layer fc;\n\n    Tensor Forward(Tensor x) => fc(x);\n}")]
    public async Task LayersAlone_BecomeABlock(string before, string after) => await Check(before, NetworkFix.BlockTitle, after, titles: [NetworkFix.Title, NetworkFix.BlockTitle]);

    [Theory]
    [InlineData("[Network, {|NG0004:Linear(128)|}]\n[Input(784), ReLU, Linear(10)]\npublic partial class Net;", "[Network, Input(784), Linear(128)]\n[ReLU, Linear(10)]\npublic partial class Net;")]
    [InlineData("[Network]\n[{|NG0004:Linear(128)|}] // hidden\n    [Input(784)]\n[ReLU]\npublic partial class Net;", "[Network]\n[Input(784)]\n[Linear(128)] // hidden\n[ReLU]\npublic partial class Net;")]
    [InlineData("[Network]\n[{|NG0004:ReLU|}, // first\n Input(784) /* input */]\n[Linear(3)]\npublic partial class Net;", "[Network]\n[Input(784), ReLU, // first\n  /* input */]\n[Linear(3)]\npublic partial class Net;")]
    public async Task InputAfterALayer_ComesFirst(string before, string after) => await Check(before, InputFirstFix.Title, after);

    [Theory]
    [InlineData("[Network, Input(4)]\n[Linear(8), ReLU]\n[Loss(Loss.CrossEntropy)]\n[{|NG0019:Linear(3)|}] // three\npublic partial class Net;",
        "[Network, Input(4)]\n[Linear(8), ReLU]\n[Linear(3)] // three\n[Loss(Loss.CrossEntropy)]\npublic partial class Net;")]
    [InlineData("[Network, Input(4), Loss(Loss.MSE), {|NG0019:Linear(8)|}, Linear(3)] public partial class Net;", "[Network, Input(4), Linear(8), Linear(3), Loss(Loss.MSE)] public partial class Net;")]
    public async Task LossBeforeALayer_ComesLast(string before, string after) => await Check(before, LossLastFix.Title, after);

    [Theory]
    [InlineData("[Network, Input(4), {|NG0019:Input(5)|}, Linear(3)] public partial class Net;", "[Network, Input(4), Linear(3)] public partial class Net;")]
    [InlineData("[Network, Input(4), Linear(3)]\n[Loss(Loss.MSE)]\n// Another one.\n[{|NG0019:Loss(Loss.L1)|}] // why\npublic partial class Net;",
        "[Network, Input(4), Linear(3)]\n[Loss(Loss.MSE)]\n// Another one.\n// why\npublic partial class Net;")]
    [InlineData("[Block, {|NG0034:Input(64)|}, // in\n Linear(64), ReLU, {|NG0034:Loss(Loss.MSE)|}]\nclass Body;", "[Block, // in\n Linear(64), ReLU]\nclass Body;")]
    [InlineData("[Block]\n[{|NG0034:Input(64)|}]\n[Linear(64)]\nclass Body;", "[Block]\n[Linear(64)]\nclass Body;")]
    public async Task WhatIsTooMuch_IsRemoved(string before, string after) => await Check(before, RemoveElementFix.Title, after);

    [Theory]
    [InlineData("[Network] public partial class {|NG0001:Net|};")]
    [InlineData("[Network]\npublic partial class Net\n{\n    readonly Body a;\n\n    Tensor Forward([Shape(1, 4, 4)] Tensor x) => a(x);\n}\n[Block]\nclass Body\n{\n    [Linear(3), Count(1)] readonly Layer[] fc;\n\n    Tensor Forward(Tensor x)\n    {\n        foreach (var layer in fc) x = {|NG0007:layer(x)|};\n        return x;\n    }\n}")]
    public async Task WhatOnlyItsAuthorKnows_IsLeftAlone(string source)
    {
        using var editor = new Editor(Markup.Parse(Consumer.Usings + source).Text);
        foreach (var diagnostic in await editor.Diagnostics())
            foreach (var fix in All.Where(fix => fix.FixableDiagnosticIds.Contains(diagnostic.Id)))
                Assert.Empty(await editor.Offers(fix, diagnostic));
    }

    [Theory]
    [InlineData("[Network, Input(4), Linear(3)] class A;\n[Network, Input(4), Linear(3)] class B;", PartialFix.Title, "[Network, Input(4), Linear(3)] partial class A;\n[Network, Input(4), Linear(3)] partial class B;")]
    [InlineData("[Network, Input(1, 4, 4)]\n[Linear(3)] // a\npartial class A;\n[Network, Input(1, 4, 4), Linear(3)] partial class B;", FlattenFix.Title,
        "[Network, Input(1, 4, 4)]\n[Flatten]\n[Linear(3)] // a\npartial class A;\n[Network, Input(1, 4, 4), Flatten, Linear(3)] partial class B;")]
    [InlineData("[Input(4), Linear(3)] class A;\n[Input(4), Linear(3)] partial class B;", NetworkFix.Title, "[Network, Input(4), Linear(3)] partial class A;\n[Network, Input(4), Linear(3)] partial class B;")]
    [InlineData("[Network, Linear(3), Input(4)] partial class A;\n[Network]\n[Linear(3)]\n[Input(4)]\npartial class B;", InputFirstFix.Title,
        "[Network, Input(4), Linear(3)] partial class A;\n[Network]\n[Input(4)]\n[Linear(3)]\npartial class B;")]
    [InlineData("[Network, Input(4), Loss(Loss.MSE), Linear(3)] partial class A;\n[Network, Input(4)]\n[Loss(Loss.MSE)]\n[Linear(3)]\npartial class B;", LossLastFix.Title,
        "[Network, Input(4), Linear(3), Loss(Loss.MSE)] partial class A;\n[Network, Input(4)]\n[Linear(3)]\n[Loss(Loss.MSE)]\npartial class B;")]
    [InlineData("[Block, Input(4), Linear(3)] class A;\n[Network, Input(4), Input(5), Linear(3)] partial class B;", RemoveElementFix.Title, "[Block, Linear(3)] class A;\n[Network, Input(4), Linear(3)] partial class B;")]
    public async Task SeveralClasses_AreFixedAtOnce(string before, string title, string after)
    {
        using var editor = new Editor(Consumer.Usings + before);
        var diagnostic = (await editor.Diagnostics())[0];
        foreach (var fix in All.Where(fix => fix.FixableDiagnosticIds.Contains(diagnostic.Id)))
        {
            if (!(await editor.Offers(fix, diagnostic)).Exists(offered => offered.Title == title)) continue;
            var action = await editor.OffersForAll(fix, title);
            AssertFixed(Consumer.Usings + after, await editor.After(action!));
            return;
        }
        Assert.Fail("Nothing is offered.");
    }

    /// <summary>Applies a fix to each diagnostic that is marked, from the first on, where it is all that is offered.</summary>
    static async Task Check(string before, string title, string after, string usings = "", string[]? titles = null)
    {
        var markup = Markup.Parse(usings + Consumer.Usings + before);
        var text = markup.Text;
        using (var first = new Editor(text))
            Assert.Equal(markup.Spans.Select(span => (span.Id, span.Span)), (await first.Diagnostics()).Select(d => ((string?)d.Id, d.Location.SourceSpan)));
        for (var i = 0; i <= markup.Spans.Count; i++)
        {
            using var editor = new Editor(text);
            if (await editor.Diagnostics() is not [var diagnostic, ..]) break;
            var actions = new List<CodeAction>();
            foreach (var fix in All.Where(fix => fix.FixableDiagnosticIds.Contains(diagnostic.Id))) actions.AddRange(await editor.Offers(fix, diagnostic));
            Assert.Equal(titles ?? [title], actions.Select(action => action.Title));
            text = await editor.After(actions.Single(action => action.Title == title));
        }
        AssertFixed(usings + Consumer.Usings + after, text);
    }

    static void AssertFixed(string expected, string actual)
    {
        Assert.Equal(expected, actual);
        Assert.Empty((new Consumer().With("Source.cs", actual) with { CompilesKernels = false }).Build().NetGenDiagnostics);
    }
}
