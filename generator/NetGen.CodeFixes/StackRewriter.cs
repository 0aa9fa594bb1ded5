using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NetGen.CodeFixes;

/// <summary>A class whose layers are fields.</summary>
/// <param name="Declaration">The class.</param>
/// <param name="NeedsFunctions">Whether its Forward calls functions.</param>
sealed record RewrittenClass(ClassDeclarationSyntax Declaration, bool NeedsFunctions);

/// <summary>
/// Turns a stack of layers into fields and a Forward that computes the same, with parameters of the same names, so that files of weights still fit: a layer
/// that was called by its position has that as its Name.
/// </summary>
sealed class StackRewriter
{
    /// <summary>Layers without parameters that are functions too, with the same arguments by position.</summary>
    static readonly HashSet<string> Functions = new(StringComparer.Ordinal)
    {
        "ReLU", "ReLU6", "LeakyReLU", "ELU", "GELU", "SiLU", "Tanh", "Sigmoid", "Softplus", "Hardswish", "Hardsigmoid", "Mish", "Softmax", "LogSoftmax", "Flatten", "Reshape",
        "Dropout",
    };

    readonly StringBuilder fields = new();
    readonly StringBuilder statements = new();
    readonly HashSet<string> taken;
    readonly HashSet<string> taps = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> locals = new(StringComparer.Ordinal);
    readonly List<string> comments = [];
    string shape = "";
    string comment = "";
    bool needsFunctions;

    StackRewriter(IEnumerable<string> taken) => this.taken = new(taken, StringComparer.Ordinal) { "x" };

    /// <summary>The class with fields; null for one that has no layers as attributes.</summary>
    public static RewrittenClass? Rewrite(ClassDeclarationSyntax declaration, SemanticModel model, CancellationToken cancellation)
    {
        var attributes = Elements.Of(declaration, model, cancellation);
        var isBlock = attributes.Exists(a => a.Kind == "Block");
        if (!isBlock && !attributes.Exists(a => a.Kind == "Network")) return null;
        var moved = new HashSet<AttributeSyntax>(attributes.Where(a => Elements.IsInput(a.Kind) || Elements.IsLayer(a.Kind)).Select(a => a.Syntax));
        if (moved.Count == 0 || declaration.Members.OfType<MethodDeclarationSyntax>().Any(m => m.Identifier.Text == "Forward")) return null;
        // A directive is about the attributes that follow it, and these no longer do.
        if (declaration.AttributeLists.SelectMany(list => list.DescendantTrivia()).Any(t => t.IsDirective && t.Token != declaration.GetFirstToken())) return null;
        var names = model.GetDeclaredSymbol(declaration, cancellation)?.GetMembers().Select(member => member.Name) ?? [];
        var rewriter = new StackRewriter(names);
        foreach (var (syntax, kind) in attributes)
            if (kind is "Concat" or "Add" && Text(syntax.ArgumentList?.Arguments.FirstOrDefault()?.Expression, model) is { } tap) rewriter.taps.Add(tap);
        var found = new AttributeComments(declaration, moved);
        var position = 0;
        foreach (var (syntax, kind) in attributes)
        {
            var (before, after) = found.Of(syntax);
            rewriter.comments.AddRange(before);
            rewriter.comment = after;
            if (Elements.IsInput(kind))
                rewriter.shape = $"{(kind == "Input" ? "Shape" : kind)}({string.Join(", ", syntax.ArgumentList?.Arguments.Select(a => a.ToString()) ?? [])})";
            else if (Elements.IsLayer(kind)) rewriter.Add(syntax, kind!, position++, model);
            rewriter.KeepComment();
        }
        rewriter.Line("return x;");
        return new(rewriter.Class(declaration, moved, isBlock), rewriter.needsFunctions);
    }

    void Add(AttributeSyntax attribute, string kind, int position, SemanticModel model)
    {
        var arguments = attribute.ArgumentList?.Arguments ?? default;
        var positional = arguments.Where(a => a.NameEquals is null).ToList();
        var named = arguments.Where(a => a.NameEquals is not null).ToList();
        var nameArgument = named.Find(a => a.NameEquals!.Name.Identifier.Text == "Name");
        var name = Text(nameArgument?.Expression, model);
        named.RemoveAll(a => a == nameArgument);
        var values = string.Join(", ", positional.Select(a => a.Expression.ToString()));
        switch (kind)
        {
            case "Identity":
                break;
            case "Concat" or "Add":
                var tapped = Text(positional[0].Expression, model) is { } tap && locals.TryGetValue(tap, out var local) ? local : "x";
                Line(kind == "Add" ? $"x = {tapped} + x;" : $"x = Concat({tapped}, x);");
                needsFunctions |= kind == "Concat";
                break;
            case "GELU" when named is [{ NameEquals.Name.Identifier.Text: "Tanh" } tanh]:
                Function(kind, $", tanh: {tanh.Expression}");
                break;
            case var _ when Functions.Contains(kind) && named.Count == 0 && positional.TrueForAll(a => a.NameColon is null):
                Function(kind, values.Length == 0 ? "" : ", " + values);
                break;
            default:
                // A name that can be a field's is that of the field.
                var number = position.ToString(CultureInfo.InvariantCulture);
                var field = Free(name is { Length: > 0 } && SyntaxFacts.IsValidIdentifier(name) && name[0] != '_' ? name : kind.Substring(0, 1).ToLowerInvariant() + kind.Substring(1) + number);
                var given = name ?? number;
                var all = positional.Concat(named).Select(a => a.ToString());
                if (given != field) all = all.Append($"Name = {SymbolDisplay.FormatLiteral(given, quote: true)}");
                var list = string.Join(", ", all);
                var escaped = Escape(field);
                fields.Append($"    [{attribute.Name}{(list.Length == 0 ? "" : $"({list})")}] readonly Layer {escaped};\n");
                Line($"x = {escaped}(x);");
                break;
        }
        if (name is not { Length: > 0 } || !taps.Contains(name)) return;
        locals[name] = Free(SyntaxFacts.IsValidIdentifier(name + "Output") ? name + "Output" : $"output{position.ToString(CultureInfo.InvariantCulture)}");
        Line($"var {locals[name]} = x;");
    }

    void Function(string name, string arguments)
    {
        needsFunctions = true;
        Line($"x = {name}(x{arguments});");
    }

    /// <summary>Writes a statement, below the comments before its layer, and beside the one on its line.</summary>
    void Line(string statement)
    {
        foreach (var line in comments) statements.Append("        ").Append(line).Append('\n');
        comments.Clear();
        statements.Append("        ").Append(statement).Append(comment.Length == 0 ? "" : " " + comment).Append('\n');
        comment = "";
    }

    /// <summary>Leaves the comment beside what has no statement to the next one.</summary>
    void KeepComment()
    {
        if (comment.Length > 0) comments.Add(comment);
        comment = "";
    }

    string Free(string name)
    {
        while (!taken.Add(name)) name += "_";
        return name;
    }

    static string Escape(string name) => SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None && SyntaxFacts.GetContextualKeywordKind(name) == SyntaxKind.None ? name : "@" + name;

    static string? Text(ExpressionSyntax? expression, SemanticModel model) => expression is null ? null : model.GetConstantValue(expression).Value as string;

    ClassDeclarationSyntax Class(ClassDeclarationSyntax declaration, HashSet<AttributeSyntax> moved, bool isBlock)
    {
        var forward = $"\n    Tensor Forward({(isBlock ? "" : $"[{shape}] ")}Tensor x)\n    {{\n{statements}    }}\n";
        var parsed = (ClassDeclarationSyntax)SyntaxFactory.ParseMemberDeclaration($"class C\n{{\n{fields}{forward}}}")!;
        var lists = declaration.AttributeLists.Select(list => Without(moved, list)).Where(list => list.Attributes.Count > 0);
        var kept = declaration.WithAttributeLists(SyntaxFactory.List(lists));
        // What was before the first attribute is before the class.
        var leading = declaration.GetLeadingTrivia();
        if (declaration.AttributeLists[0].Attributes.All(moved.Contains))
            leading = leading.AddRange(kept.GetLeadingTrivia().SkipWhile(t => t.IsKind(SyntaxKind.WhitespaceTrivia)));
        var members = kept.Members.InsertRange(0, parsed.Members);
        var open = kept.OpenBraceToken.IsKind(SyntaxKind.OpenBraceToken) && !kept.OpenBraceToken.IsMissing ? kept.OpenBraceToken : parsed.OpenBraceToken;
        var close = kept.CloseBraceToken.IsKind(SyntaxKind.CloseBraceToken) && !kept.CloseBraceToken.IsMissing ? kept.CloseBraceToken
            : parsed.CloseBraceToken.WithTrailingTrivia(kept.SemicolonToken.TrailingTrivia);
        // The line that ended in a semicolon ends before the brace.
        if (kept.SemicolonToken.IsKind(SyntaxKind.SemicolonToken)) open = open.WithLeadingTrivia(SyntaxFactory.EndOfLine("\n"));
        return kept.WithMembers(members).WithOpenBraceToken(open).WithCloseBraceToken(close).WithSemicolonToken(default).WithLeadingTrivia(leading);
    }

    static AttributeListSyntax Without(HashSet<AttributeSyntax> moved, AttributeListSyntax list)
    {
        if (!list.Attributes.Any(moved.Contains)) return list;
        var kept = list.Attributes.Where(attribute => !moved.Contains(attribute)).ToList();
        var comma = SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space);
        return list.WithAttributes(SyntaxFactory.SeparatedList(kept, kept.Skip(1).Select(_ => comma)));
    }
}
